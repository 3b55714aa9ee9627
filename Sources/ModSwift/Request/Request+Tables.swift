// SPDX-License-Identifier: Apache-2.0

extension Request {
    /// The headers of the request. `req.headers_in`.
    public var headersIn: Table {
        state.table(\.headersIn) { Table(live.headersIn, place: "headersIn", owner: self) }
    }

    /// The headers of a successful response; httpd drops them if an error occurs.
    /// `req.headers_out`.
    public var headersOut: Table {
        state.table(\.headersOut) { Table(live.headersOut, place: "headersOut", owner: self) }
    }

    /// The headers of any response, including errors and internal redirects. `req.err_headers_out`.
    public var errHeadersOut: Table {
        state.table(\.errHeadersOut) {
            Table(live.errHeadersOut, place: "errHeadersOut", owner: self)
        }
    }

    /// The environment of CGI programs and of `SetEnv`. `req.subprocess_env`.
    public var subprocessEnv: Table {
        state.table(\.subprocessEnv) {
            Table(live.subprocessEnv, place: "subprocessEnv", owner: self)
        }
    }

    /// Notes for communication between modules. `req.notes`.
    public var notes: Table {
        state.table(\.notes) { Table(live.notes, place: "notes", owner: self) }
    }
}

extension RequestState {
    /// Returns the table in a field, creating it at the first call.
    func table(
        _ field: ReferenceWritableKeyPath<RequestState, Table?>, make: () -> Table
    ) -> Table {
        if let table = self[keyPath: field] { return table }
        let table = make()
        self[keyPath: field] = table
        return table
    }
}
