// SPDX-License-Identifier: Apache-2.0
//
// What a parameter of a published function may be, and how it is read.

/// How one parameter is read from a request. Used by the code that the builder generates, not by
/// authors.
@_documentation(visibility: internal)
public struct PublishedParameter<Value> {
    /// What it is, for those who only want to know.
    public private(set) var kind: PublishedParameterKind
    /// Reads it; nil stands for a problem that the call has taken note of, or for a value that is not
    /// there and may be left out. Nil for a type that no value of can come from a client.
    let read: ((PublishedCall, PublishedParameterKind) -> Value?)?
    private(set) var defaultValue: (() -> Value)?

    init(_ name: String, read: ((PublishedCall, PublishedParameterKind) -> Value?)?) {
        // Asked for where it is told: a name of a type is not for nothing.
        kind = PublishedParameterKind(
            name: name, isReadable: read != nil, type: read == nil ? "\(Value.self)" : "")
        self.read = read
    }

    /// The same for a parameter without a label, which takes components of the path.
    public var inPath: PublishedParameter {
        var parameter = self
        parameter.kind.isInPath = true
        return parameter
    }

    /// The same for a parameter with a default that is a literal.
    public func defaulting(to value: @autoclosure @escaping () -> Value) -> PublishedParameter {
        var parameter = omittable
        parameter.defaultValue = value
        return parameter
    }

    /// The same for a parameter that a call leaves out where no value comes for it.
    public var omittable: PublishedParameter {
        var parameter = self
        parameter.kind.isOmittable = true
        return parameter
    }
}

/// A parameter, whatever its type.
@_documentation(visibility: internal)
public struct PublishedParameterKind {
    let name: String
    /// Whether a value of its type can come from a client.
    let isReadable: Bool
    let type: String
    /// Whether it takes components of the path, not a field of the form.
    var isInPath = false
    /// Whether the function has a value of its own for it.
    var isOmittable = false
    /// Whether it is neither: a Request is always there.
    var isFromRequest = false
}

/// A value for a parameter, or none where there need not be one.
@_documentation(visibility: internal)
public struct PublishedArgument<Value> {
    let content: Value?

    /// Whether there is a value.
    public var isGiven: Bool {
        @_specialize(where Value == String)
        @_specialize(where Value == String?)
        @_specialize(where Value == Int)
        @_specialize(where Value == Int?)
        get { content != nil }
    }

    /// The value. The generated code asks when all have been checked, and where there is one.
    public var value: Value {
        @_specialize(where Value == String)
        @_specialize(where Value == String?)
        @_specialize(where Value == Int)
        @_specialize(where Value == Int?)
        get {
            guard let content else {
                stop("A published function was called without a checked argument")
            }
            return content
        }
    }
}

// MARK: From the request

extension PublishedType where Value == Request {
    /// The request itself.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        var parameter = PublishedParameter<Value>(name) { call, _ in call.request }
        parameter.isFromRequest()
        return parameter
    }
}

extension PublishedParameter {
    fileprivate mutating func isFromRequest() { kind.isFromRequest = true }
}

// MARK: Texts

extension PublishedType where Value: PublishedScalar {
    /// A text of the form, or a component of the path.
    @_specialize(where Value == String)
    @_specialize(where Value == Int)
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.scalar($1, Value.published, Value.rules) }
    }
}

extension PublishedType {
    /// A text that may be absent.
    @_specialize(where Value == String?, Some == String)
    @_specialize(where Value == Int?, Some == Int)
    public func parameter<Some: PublishedScalar>(
        _ name: String
    ) -> PublishedParameter<Value> where Value == Some? {
        PublishedParameter(name) { $0.optional($1, Some.published, Some.rules) }
    }

    /// All texts of a name, or the rest of the path.
    public func parameter<Some: PublishedScalar>(
        _ name: String
    ) -> PublishedParameter<Value> where Value == [Some] {
        PublishedParameter(name) { $0.array($1, Some.published) }
    }

    /// A case of an enumeration, by its raw value.
    public func parameter(_ name: String) -> PublishedParameter<Value>
    where Value: RawRepresentable & SendableMetatype, Value.RawValue: PublishedScalar {
        PublishedParameter(name) { $0.scalar($1, RawValues<Value>.published, .none) }
    }

    /// A case that may be absent.
    public func parameter<Some: RawRepresentable & SendableMetatype>(
        _ name: String
    ) -> PublishedParameter<Value> where Value == Some?, Some.RawValue: PublishedScalar {
        PublishedParameter(name) { $0.optional($1, RawValues<Some>.published, .none) }
    }

    /// All cases of a name, or the rest of the path.
    public func parameter<Some: RawRepresentable & SendableMetatype>(
        _ name: String
    ) -> PublishedParameter<Value> where Value == [Some], Some.RawValue: PublishedScalar {
        PublishedParameter(name) { $0.array($1, RawValues<Some>.published) }
    }
}

// MARK: Fields, forms, structures

extension PublishedType where Value == Field {
    /// The first field of a name.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.field($1) }
    }
}

extension PublishedType where Value == Field? {
    /// The first field of a name, or none.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { call, kind in .some(call.form?[kind.name]) }
    }
}

extension PublishedType where Value == [Field] {
    /// All fields of a name.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { call, kind in call.form?.fields(named: kind.name) }
    }
}

extension PublishedType where Value == Upload {
    /// The first file of a name.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.upload($1) }
    }
}

extension PublishedType where Value == Upload? {
    /// The first file of a name, or none.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { .some($0.uploads($1).first) }
    }
}

extension PublishedType where Value == [Upload] {
    /// All files of a name.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.uploads($1) }
    }
}

extension PublishedType where Value == FieldStorage {
    /// The whole form.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        var parameter = PublishedParameter<Value>(name) { call, _ in call.form }
        parameter.isFromRequest()
        return parameter
    }
}

extension PublishedType where Value: Decodable {
    /// What decodes itself: from the field of the name or from a component of the path, or, a structure,
    /// from what nests below the name or from the whole form.
    @_disfavoredOverload
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.decoded($1) }
    }
}

// MARK: What cannot come from a client

extension PublishedType {
    /// None of these.
    @_disfavoredOverload
    public func parameter(_ name: String, _: Never? = nil) -> PublishedParameter<Value> {
        PublishedParameter(name, read: nil)
    }
}

/// Values of an enumeration or option set by what they are made of.
private enum RawValues<Value: RawRepresentable> where Value.RawValue: PublishedScalar {
    static func published(_ text: String) throws(PublishedTextError) -> Value {
        let raw = try Value.RawValue.published(text)
        if let value = Value(rawValue: raw) { return value }
        throw PublishedTextError(reason: "is none of its values" + names)
    }

    /// ": red, green", where they are known.
    private static var names: String {
        guard let cases = Value.self as? any CaseIterable.Type else { return "" }
        return ": " + texts(of: cases).joined(separator: ", ")
    }

    private static func texts<Cases: CaseIterable>(of type: Cases.Type) -> [String] {
        type.allCases.prefix(20).compactMap { ($0 as? Value).map { "\($0.rawValue)" } }
    }
}

/// What the absence of a text means.
struct ScalarRules<Value> {
    var takesEmptyText = false
    var absentValue: Value?

    static var none: ScalarRules { ScalarRules() }
}

extension PublishedScalar {
    fileprivate static var rules: ScalarRules<Self> {
        ScalarRules(takesEmptyText: takesEmptyText, absentValue: absentValue)
    }
}
