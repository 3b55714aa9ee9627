// SPDX-License-Identifier: Apache-2.0
//
// httpd's expressions, as in <If>, Require expr and RewriteCond expr.
// https://httpd.apache.org/docs/2.4/expr.html

/// A condition in httpd's expression language, parsed once; as in `<If>` and `Require expr`.
///
/// ```swift
/// let isLocal = Result { try ServerExpression("-R '10.0.0.0/8' && %{HTTPS} == 'on'") }
///
/// func handler(_ req: Request) throws -> String {
///     try isLocal.get().evaluate(for: req) ? "one of us" : "hello"
/// }
/// ```
///
/// It lives as long as there is a reference to it, and any number of threads may evaluate it at
/// once.
///
/// Corresponds to `ap_expr_parse` and `ap_expr_exec`.
public final class ServerExpression: Sendable {
    /// How an expression is parsed and evaluated.
    public struct Options: OptionSet, Sendable {
        /// The options as a bit set.
        public let rawValue: Int

        /// Creates options from a bit set.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Rejects functions that read files or reveal more than the request is permitted to know.
        /// For expressions that you have not written yourself.
        public static let restricted = Options(rawValue: 1)
        /// Does not add the request headers that the expression reads to the response's `Vary`.
        public static let noVary = Options(rawValue: 2)
    }

    private let tree: ExpressionTree
    private let text: String

    /// Parses a condition.
    ///
    /// - Parameters:
    ///   - text: The condition, such as `%{REQUEST_URI} =~ m#^/a#`.
    ///   - options: How the condition is parsed and evaluated.
    ///   - file: The file named in httpd's log message if the evaluation fails.
    ///   - line: The line named in that message.
    /// - Throws: ``ExpressionError`` with httpd's message.
    public init(
        _ text: String, options: Options = [], file: StaticString = #fileID, line: UInt = #line
    ) throws {
        self.text = text
        tree = try ExpressionTree(text, .condition, options, file: file, line: line)
    }

    /// Whether the condition holds for a request.
    ///
    /// The request headers that it reads are added to the response's `Vary`.
    ///
    /// - Throws: ``ExpressionError`` with httpd's message, which is also in the error log.
    public func evaluate(for request: Request) throws -> Bool {
        let (result, message) = tree.holds(for: request.live)
        guard let result else { throw ExpressionError(expression: text, message: message) }
        return result
    }
}

/// A text with variables and functions of httpd's expression language, parsed once; as in
/// `Redirect` and `ErrorDocument`: `https://%{HTTP_HOST}%{REQUEST_URI}`.
///
/// Corresponds to `ap_expr_parse` and `ap_expr_str_exec`.
public final class ServerStringExpression: Sendable {
    private let tree: ExpressionTree
    private let text: String

    /// Parses a text.
    ///
    /// - Throws: ``ExpressionError`` with httpd's message.
    public init(
        _ text: String, options: ServerExpression.Options = [],
        file: StaticString = #fileID, line: UInt = #line
    ) throws {
        self.text = text
        tree = try ExpressionTree(text, .string, options, file: file, line: line)
    }

    /// Returns the text for a request.
    ///
    /// - Throws: ``ExpressionError`` with httpd's message, which is also in the error log.
    public func evaluate(for request: Request) throws -> String {
        let (result, message) = tree.string(for: request.live)
        guard let result else { throw ExpressionError(expression: text, message: message) }
        return result
    }
}

/// An expression that httpd cannot parse or evaluate.
public struct ExpressionError: Error, Sendable, CustomStringConvertible {
    /// The expression.
    public let expression: String
    /// httpd's message.
    public let message: String

    /// Expression and message in one line.
    public var description: String { "the expression \"\(expression)\": \(message)" }
}

extension Request {
    /// Whether a condition in httpd's expression language holds.
    ///
    /// It is parsed at each call. ``ServerExpression`` is parsed once.
    ///
    /// ```swift
    /// if try req.evaluate("%{REQUEST_URI} =~ m#^/a#") { … }
    /// ```
    ///
    /// - Throws: ``ExpressionError`` with httpd's message.
    ///
    /// Corresponds to `ap_expr_exec`.
    public func evaluate(
        _ condition: String, options: ServerExpression.Options = [],
        file: StaticString = #fileID, line: UInt = #line
    ) throws -> Bool {
        try ServerExpression(condition, options: options, file: file, line: line)
            .evaluate(for: self)
    }

    /// Returns a text with variables and functions of httpd's expression language, for this
    /// request.
    ///
    /// It is parsed at each call. ``ServerStringExpression`` is parsed once.
    ///
    /// - Throws: ``ExpressionError`` with httpd's message.
    ///
    /// Corresponds to `ap_expr_str_exec`.
    public func evaluateString(
        _ text: String, options: ServerExpression.Options = [],
        file: StaticString = #fileID, line: UInt = #line
    ) throws -> String {
        try ServerStringExpression(text, options: options, file: file, line: line)
            .evaluate(for: self)
    }
}
