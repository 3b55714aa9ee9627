// SPDX-License-Identifier: Apache-2.0
//
// A handler for any function from a request of swift-http-types to a response: the counterpart of
// mod_python's WSGI handler.

public import HTTPTypes
public import ModSwift

extension Request {
    /// Responds with the result of an application.
    ///
    /// ```swift
    /// func handler(_ req: Request) async throws -> Status {
    ///     try await req.respond { request, body in
    ///         (HTTPResponse(status: .ok), "You asked for \(request.path ?? "")\n")
    ///     }
    /// }
    /// ```
    ///
    /// - Parameter application: Called with the request and its body; returns the response and its
    ///   body. It runs on the thread that serves the request, and need not be `Sendable`.
    /// - Returns: ``ModSwift/Status/ok``, for the handler to return.
    /// - Throws: Errors of the application.
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

    /// Responds with the result of an application: a response and bytes, such as those of a
    /// `[UInt8]`.
    ///
    /// - Parameter application: Called with the request and its body; returns the response and its
    ///   body.
    /// - Returns: ``ModSwift/Status/ok``, for the handler to return.
    /// - Throws: Errors of the application.
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

    /// Responds with the result of an application: a response and parts of a body, as they are
    /// produced.
    ///
    /// Each part is sent before the next is requested, so that a slow client slows the application
    /// down.
    ///
    /// - Parameter application: Called with the request and its body; returns the response and the
    ///   parts of its body.
    /// - Returns: ``ModSwift/Status/ok``, for the handler to return.
    /// - Throws: Errors of the application or its sequence; ``ModSwift/ClientGone``.
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

    /// Responds with the result of an application: a response without a body.
    ///
    /// - Parameter application: Called with the request and its body; returns the response.
    /// - Returns: ``ModSwift/Status/ok``, for the handler to return.
    /// - Throws: Errors of the application.
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
