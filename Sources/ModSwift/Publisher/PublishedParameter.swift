// SPDX-License-Identifier: Apache-2.0
//
// The possible types of a parameter of a published function, and how they are read.

/// How one parameter is read from a request. Used by the code that the builder generates, not by
/// authors.
@_documentation(visibility: internal)
public struct PublishedParameter<Value> {
    /// The description of the parameter, independent of its type.
    public private(set) var kind: PublishedParameterKind
    /// Reads the value; nil for a problem that the call has recorded, or for an optional value that
    /// is absent. The property is nil for a type whose values cannot come from a client.
    let read: ((PublishedCall, PublishedParameterKind) -> Value?)?
    private(set) var defaultValue: (() -> Value)?

    init(_ name: String, read: ((PublishedCall, PublishedParameterKind) -> Value?)?) {
        // Computed only if it is needed for a message: the name of a type is expensive.
        kind = PublishedParameterKind(
            name: name, isReadable: read != nil, type: read == nil ? "\(Value.self)" : "")
        self.read = read
    }

    /// The parameter without a label, which takes components of the path.
    public var inPath: PublishedParameter {
        var parameter = self
        parameter.kind.isInPath = true
        return parameter
    }

    /// Returns the parameter with a default that is a literal.
    public func defaulting(to value: @autoclosure @escaping () -> Value) -> PublishedParameter {
        var parameter = omittable
        parameter.defaultValue = value
        return parameter
    }

    /// The parameter that a call omits if there is no value for it.
    public var omittable: PublishedParameter {
        var parameter = self
        parameter.kind.isOmittable = true
        return parameter
    }
}

/// The description of a parameter, independent of its type.
@_documentation(visibility: internal)
public struct PublishedParameterKind {
    let name: String
    /// Whether a value of its type can come from a client.
    let isReadable: Bool
    let type: String
    /// Whether it takes components of the path instead of a field of the form.
    var isInPath = false
    /// Whether the function has a default for it.
    var isOmittable = false
    /// Whether it is neither: a Request is always available.
    var isFromRequest = false
}

/// A value for a parameter, or none if it is optional.
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

    /// The value. The generated code reads it only after all arguments have been checked, and if
    /// there is a value.
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
    /// Describes a parameter for the request itself.
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
    /// Describes a parameter for a text of the form, or a component of the path.
    @_specialize(where Value == String)
    @_specialize(where Value == Int)
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.scalar($1, Value.published, Value.rules) }
    }
}

extension PublishedType {
    /// Describes a parameter for an optional text.
    @_specialize(where Value == String?, Some == String)
    @_specialize(where Value == Int?, Some == Int)
    public func parameter<Some: PublishedScalar>(
        _ name: String
    ) -> PublishedParameter<Value> where Value == Some? {
        PublishedParameter(name) { $0.optional($1, Some.published, Some.rules) }
    }

    /// Describes a parameter for all texts of a name, or the rest of the path.
    public func parameter<Some: PublishedScalar>(
        _ name: String
    ) -> PublishedParameter<Value> where Value == [Some] {
        PublishedParameter(name) { $0.array($1, Some.published) }
    }

    /// Describes a parameter for a case of an enumeration, by its raw value.
    public func parameter(_ name: String) -> PublishedParameter<Value>
    where Value: RawRepresentable & SendableMetatype, Value.RawValue: PublishedScalar {
        PublishedParameter(name) { $0.scalar($1, RawValues<Value>.published, .none) }
    }

    /// Describes a parameter for an optional case.
    public func parameter<Some: RawRepresentable & SendableMetatype>(
        _ name: String
    ) -> PublishedParameter<Value> where Value == Some?, Some.RawValue: PublishedScalar {
        PublishedParameter(name) { $0.optional($1, RawValues<Some>.published, .none) }
    }

    /// Describes a parameter for all cases of a name, or the rest of the path.
    public func parameter<Some: RawRepresentable & SendableMetatype>(
        _ name: String
    ) -> PublishedParameter<Value> where Value == [Some], Some.RawValue: PublishedScalar {
        PublishedParameter(name) { $0.array($1, RawValues<Some>.published) }
    }
}

// MARK: Fields, forms, structures

extension PublishedType where Value == Field {
    /// Describes a parameter for the first field of a name.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.field($1) }
    }
}

extension PublishedType where Value == Field? {
    /// Describes a parameter for the first field of a name, if any.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { call, kind in .some(call.form?[kind.name]) }
    }
}

extension PublishedType where Value == [Field] {
    /// Describes a parameter for all fields of a name.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { call, kind in call.form?.fields(named: kind.name) }
    }
}

extension PublishedType where Value == Upload {
    /// Describes a parameter for the first file of a name.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.upload($1) }
    }
}

extension PublishedType where Value == Upload? {
    /// Describes a parameter for the first file of a name, if any.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { .some($0.uploads($1).first) }
    }
}

extension PublishedType where Value == [Upload] {
    /// Describes a parameter for all files of a name.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.uploads($1) }
    }
}

extension PublishedType where Value == FieldStorage {
    /// Describes a parameter for the whole form.
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        var parameter = PublishedParameter<Value>(name) { call, _ in call.form }
        parameter.isFromRequest()
        return parameter
    }
}

extension PublishedType where Value: Decodable {
    /// Describes a parameter of a type that decodes itself: from the field of the name or a
    /// component of the path, or, for a structure, from the fields nested below the name or from
    /// the whole form.
    @_disfavoredOverload
    public func parameter(_ name: String) -> PublishedParameter<Value> {
        PublishedParameter(name) { $0.decoded($1) }
    }
}

// MARK: Types that cannot come from a client

extension PublishedType {
    /// Describes a parameter of any other type.
    @_disfavoredOverload
    public func parameter(_ name: String, _: Never? = nil) -> PublishedParameter<Value> {
        PublishedParameter(name, read: nil)
    }
}

/// Parses values of an enumeration or option set from their raw values.
private enum RawValues<Value: RawRepresentable> where Value.RawValue: PublishedScalar {
    static func published(_ text: String) throws(PublishedTextError) -> Value {
        let raw = try Value.RawValue.published(text)
        if let value = Value(rawValue: raw) { return value }
        throw PublishedTextError(reason: "is none of its values" + names)
    }

    /// ": red, green", if they are known.
    private static var names: String {
        guard let cases = Value.self as? any CaseIterable.Type else { return "" }
        return ": " + texts(of: cases).joined(separator: ", ")
    }

    private static func texts<Cases: CaseIterable>(of type: Cases.Type) -> [String] {
        type.allCases.prefix(20).compactMap { ($0 as? Value).map { "\($0.rawValue)" } }
    }
}

/// The meaning of a missing text.
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
