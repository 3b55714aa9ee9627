// SPDX-License-Identifier: Apache-2.0
//
// The call of filter functions, of a request or of a connection.

extension Invocation where Context == Filter {
    /// Nil if the configuration of the filter is not known.
    init?(_ filter: Filter) {
        guard let configuration = filter.configuration else { return nil }
        self.init(filter.reference, filter.phase, filter, configuration)
    }

    /// Calls the filter.
    ///
    /// - Returns: Nil if it succeeded; otherwise how the response ends.
    func failure() -> FilterFailure? {
        do {
            try run(call)
            return nil
        } catch {
            switch outcome(of: error) {
            case .status(.ok), .status(.declined), .status(.done): return nil
            case .status(let status) where context.requestRecord != nil:
                return FilterFailure(status: status, page: nil)
            case .status(let status):
                return ErrorReporter.failure(.thrown(status), of: context)
            case .response(let error): return ErrorReporter.failure(error, of: context)
            case .failure(let failure): return ErrorReporter.failure(failure, of: context)
            }
        }
    }

    private func call(_ loaded: Immortal<LoadedHandler>?) throws {
        let body: (Filter) throws -> Void
        switch (context.body, loaded?.object.handler) {
        case (.closure(let closure), _): body = closure
        case (_, .filter(let function)?): body = function
        case (_, let handler):
            throw HandlerFailure.wrongArgument(handler, phase, wanted: "Filter")
        }
        try TrapGuard.call(for: context.requestRecord.map { .request($0) } ?? .child) { [context] in
            try body(context)
        }
    }
}
