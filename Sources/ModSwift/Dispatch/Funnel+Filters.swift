// SPDX-License-Identifier: Apache-2.0
//
// Into functions that are filters, of a request or of a connection.

extension Funnel {
    /// Calls a filter of a request.
    ///
    /// - Returns: Nil when all went well; otherwise how the answer is to end.
    static func call(_ filter: Filter) -> FilterFailure? {
        guard let record = filter.requestRecord else { return callOfConnection(filter) }
        let request = Request.of(record)
        do {
            try enter(filter)
            if let mistake = request.existingExtras?.takeMisuse() {
                throw HandlerFailure.mistake(mistake)
            }
            return nil
        } catch {
            switch outcome(of: error, request, filter.phase, filter.shownHandler) {
            case .status(.ok), .status(.declined), .status(.done): return nil
            case .status(let status): return FilterFailure(status: status, page: nil)
            case .failure(let failure): return ErrorReporter.report(failure, filter: filter)
            }
        }
    }

    /// Calls a filter of a connection.
    private static func callOfConnection(_ filter: Filter) -> FilterFailure? {
        let connection = filter.connection
        do {
            try enter(filter)
            return nil
        } catch let status as Status where [.ok, .declined, .done].contains(status) {
            return nil
        } catch let trap as Trap {
            return ErrorReporter.report(
                TrapReporter.failure(
                    of: trap, connection.live,
                    handler: "\(filter.phase.directive) \(filter.shownHandler)"),
                filter: filter)
        } catch {
            return ErrorReporter.report(HandlerFailure(describing: error), filter: filter)
        }
    }

    private static func enter(_ filter: Filter) throws {
        let configuration = filter.configuration
        // One of a connection has no time limit, as its handlers have none.
        guard let record = filter.requestRecord else { return try call(in: filter, configuration) }
        try limited(configuration, (Request.of(record), filter.phase, filter.shownHandler)) {
            try call(in: filter, configuration)
        }
    }

    private static func call(
        in filter: Filter, _ configuration: DirectoryConfiguration?
    ) throws {
        switch filter.body {
        case .closure(let body):
            try guarded(nil, configuration) { try TrapGuard.call(body, filter) }
        case .handler(let reference):
            guard let configuration else { return }
            // It may name the SwiftPath in which the function is found.
            if let place = configuration.refused { throw HandlerFailure.htaccessRefused(place) }
            let phase = filter.phase
            let loaded = try Loader.handler(reference, phase, filter.req, configuration)
            try loaded.with { loaded in
                guard case .filter(let body) = loaded.handler else {
                    throw HandlerFailure.wrongArgument(loaded.handler, phase, wanted: "Filter")
                }
                try guarded(loaded, configuration) { try TrapGuard.call(body, filter) }
            }
        }
    }
}
