// SPDX-License-Identifier: Apache-2.0
//
// A handler for any function from a request of swift-http-types to a response: what the WSGI handler
// was to mod_python.

public import HTTPTypes
public import ModSwift

extension Request {
    /// Answers with what an application makes of the request.
    ///
    /// ```swift
    /// func handler(_ req: Request) async throws -> Status {
    ///     try await req.respond { request, body in
    ///         (HTTPResponse(status: .ok), "You asked for \(request.path ?? "")\n")
    ///     }
    /// }
    /// ```
    ///
    /// - Parameter application: Gets the request and its body, and gives the response and its body.
    ///   It runs on the thread that serves the request, and need not be `Sendable`.
    /// - Returns: ``ModSwift/Status/ok``, for the handler to return.
    /// - Throws: What the application throws.
    nonisolated(nonsending)
        public func respond(
            _ application:
                nonisolated(nonsending) (HTTPRequest, RequestBody) async throws -> (
                    HTTPResponse, String
                )
        ) async throws -> Status
    {
        let (response, text) = try await application(httpRequest, body)
        send(response)
        write(text)
        return .ok
    }

    /// Answers with what an application makes of the request: a response and bytes, such as those of
    /// a `[UInt8]`.
    ///
    /// - Parameter application: Gets the request and its body, and gives the response and its body.
    /// - Returns: ``ModSwift/Status/ok``, for the handler to return.
    /// - Throws: What the application throws.
    nonisolated(nonsending)
        public func respond<Bytes: Sequence<UInt8>>(
            _ application:
                nonisolated(nonsending) (HTTPRequest, RequestBody) async throws -> (
                    HTTPResponse, Bytes
                )
        ) async throws -> Status
    {
        let (response, bytes) = try await application(httpRequest, body)
        send(response)
        write(bytes)
        return .ok
    }

    /// Answers with what an application makes of the request: a response and parts of a body, as
    /// they come.
    ///
    /// Each part goes out before the next is asked for, so a slow client slows the application down.
    ///
    /// - Parameter application: Gets the request and its body, and gives the response and the parts
    ///   of its body.
    /// - Returns: ``ModSwift/Status/ok``, for the handler to return.
    /// - Throws: What the application or its sequence throws; ``ModSwift/ClientGone``.
    nonisolated(nonsending)
        public func respond<Parts: AsyncSequence>(
            _ application:
                nonisolated(nonsending) (HTTPRequest, RequestBody) async throws -> (
                    HTTPResponse, Parts
                )
        ) async throws -> Status where Parts.Element == [UInt8]
    {
        let (response, parts) = try await application(httpRequest, body)
        send(response)
        for try await part in parts {
            write(part)
            try flush()
        }
        return .ok
    }

    /// Answers with what an application makes of the request: a response without a body.
    ///
    /// - Parameter application: Gets the request and its body, and gives the response.
    /// - Returns: ``ModSwift/Status/ok``, for the handler to return.
    /// - Throws: What the application throws.
    nonisolated(nonsending)
        public func respond(
            _ application:
                nonisolated(nonsending) (HTTPRequest, RequestBody) async throws -> HTTPResponse
        ) async throws -> Status
    {
        send(try await application(httpRequest, body))
        return .ok
    }
}
