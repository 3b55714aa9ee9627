// SPDX-License-Identifier: Apache-2.0

/// One call of a published function: reads its arguments and records all problems with them, so
/// that the client gets all of them at once. Used by the code that the builder generates, not by
/// authors.
@_documentation(visibility: internal)
public final class PublishedCall {
    /// The request of the call.
    public let request: Request
    private var path: ArraySlice<String>
    private var problems: [FormError.Problem] = []
    /// The reason why the form cannot be read.
    private var formError: (any Error)?

    init(_ request: Request, path: [String]) {
        self.request = request
        self.path = path[...]
    }

    /// The value of a parameter.
    public subscript<Value>(_ parameter: PublishedParameter<Value>) -> PublishedArgument<Value> {
        // The generic code requests the type Value? from the runtime at each call: half of the cost
        // of dispatching a request.
        @_specialize(where Value == String)
        @_specialize(where Value == String?)
        @_specialize(where Value == Int)
        @_specialize(where Value == Int?)
        get {
            PublishedArgument(
                content: parameter.read?(self, parameter.kind) ?? parameter.defaultValue?())
        }
    }

    /// Throws if there was a problem.
    public func check() throws {
        // The function takes fewer components: there is nothing at this path.
        if !path.isEmpty { throw Status.notFound }
        if let formError { throw formError }
        if !problems.isEmpty { throw PublishedProblems(problems: problems) }
    }
}

/// The problems with the arguments of a call.
struct PublishedProblems: Error {
    let problems: [FormError.Problem]

    /// One line for each problem.
    var text: String { problems.map { "\($0)\n" }.joined() }
}

// MARK: Texts

extension PublishedCall {
    typealias Reader<Value> = (String) throws(PublishedTextError) -> Value

    /// Reads a required value, unless the function has a default.
    func scalar<Value>(
        _ kind: PublishedParameterKind, _ read: Reader<Value>, _ rules: ScalarRules<Value>
    ) -> Value? {
        guard let text = nextText(of: kind) else {
            if kind.isOmittable { return nil }
            if let value = rules.absentValue, !kind.isInPath { return value }
            return note(kind, isFile(kind) ? "is a file, where text is expected" : "is missing")
        }
        if text.isEmpty, kind.isOmittable, !rules.takesEmptyText { return nil }
        return value(kind, text, read)
    }

    /// Reads an optional value.
    func optional<Value>(
        _ kind: PublishedParameterKind, _ read: Reader<Value>, _ rules: ScalarRules<Value>
    ) -> Value?? {
        guard let text = nextText(of: kind), !text.isEmpty || rules.takesEmptyText else {
            return kind.isOmittable ? nil : .some(nil)
        }
        return value(kind, text, read).map { .some($0) }
    }

    /// Reads all values of a name, or the rest of the path.
    func array<Value>(_ kind: PublishedParameterKind, _ read: Reader<Value>) -> [Value]? {
        let texts = kind.isInPath ? takeRest() : form?.getList(kind.name) ?? []
        if texts.isEmpty, kind.isOmittable { return nil }
        var values: [Value] = []
        for text in texts {
            guard let value = value(kind, text, read) else { return nil }
            values.append(value)
        }
        return values
    }

    private func value<Value>(
        _ kind: PublishedParameterKind, _ text: String, _ read: Reader<Value>
    ) -> Value? {
        do {
            return try read(text)
        } catch {
            return note(kind, error.reason)
        }
    }

    private func note<Value>(_ kind: PublishedParameterKind, _ reason: String) -> Value? {
        problems.append(FormError.Problem(name: kind.name, reason: reason))
        return nil
    }

    private func nextText(of kind: PublishedParameterKind) -> String? {
        kind.isInPath ? path.popFirst() : form?.getFirst(kind.name)
    }

    private func takeRest() -> [String] {
        defer { path = [] }
        return Array(path)
    }
}

// MARK: The form

extension PublishedCall {
    /// The form of the request; nil if it cannot be read, which ends the call.
    var form: FieldStorage? {
        if formError != nil { return nil }
        do {
            return try request.form()
        } catch {
            formError = error
            return nil
        }
    }

    private func isFile(_ kind: PublishedParameterKind) -> Bool {
        !kind.isInPath && form?[kind.name]?.isFile == true
    }

    /// Reads a required field, unless the function has a default.
    func field(_ kind: PublishedParameterKind) -> Field? {
        guard let field = form?[kind.name] else {
            return kind.isOmittable ? nil : note(kind, "is missing")
        }
        return field
    }

    /// Reads a required file.
    func upload(_ kind: PublishedParameterKind) -> Upload? {
        guard let field = form?[kind.name], field.filename != "" else {
            return kind.isOmittable ? nil : note(kind, "is missing")
        }
        return field.isFile ? Upload(field) : note(kind, "is not a file")
    }

    /// Reads the files of a name.
    func uploads(_ kind: PublishedParameterKind) -> [Upload] {
        form?.fields(named: kind.name).filter(\.isFile).map(Upload.init) ?? []
    }

    private func nextComponent() -> String? { path.popFirst() }

    /// Reads a value that decodes itself.
    func decoded<Value: Decodable>(_ kind: PublishedParameterKind) -> Value? {
        guard let form else { return nil }
        let isThere = kind.isInPath ? !path.isEmpty : form.hasParameter(kind.name)
        if kind.isOmittable, !isThere { return nil }
        do {
            return try form.decode(
                Value.self, parameter: kind.name, isField: !kind.isInPath,
                component: kind.isInPath && isThere ? nextComponent : nil)
        } catch let error as FormError where !error.problems.isEmpty {
            problems += error.problems
        } catch {
            formError = error
        }
        return nil
    }
}
