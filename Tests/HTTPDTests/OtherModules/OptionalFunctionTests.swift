// SPDX-License-Identifier: Apache-2.0
//
// What modules in C find by name: they run handlers and reach the objects.

import ModSwiftTesting
import Testing

@Suite(.timeLimit(.minutes(10)))
struct OptionalFunctionTests {
    /// Calls a handler in its fixup phase and, for the handler "caller", in content.
    private static let module = """
        #include <httpd.h>
        #include <http_config.h>
        #include <http_protocol.h>
        #include <http_request.h>
        #include <apr_strings.h>
        #include "mod_swift.h"

        static APR_OPTIONAL_FN_TYPE(mod_swift_call) *call;
        static APR_OPTIONAL_FN_TYPE(mod_swift_request) *request;
        static APR_OPTIONAL_FN_TYPE(mod_swift_connection) *connection;
        static APR_OPTIONAL_FN_TYPE(mod_swift_server) *server;

        static int fixups(request_rec *r)
        {
            void *object = request(r);
            apr_table_setn(r->notes, "objects",
                apr_psprintf(r->pool, "%d%d%d%d", object != NULL && object == request(r),
                    connection(r->connection) != NULL, server(r->server) != NULL,
                    server(NULL) == NULL));
            if (r->args && strcmp(r->args, "add") == 0) {
                return call(r, "SwiftTransHandler", "app::add", NULL);
            }
            return r->args && strcmp(r->args, "fixup") == 0
                ? call(r, "SwiftFixupHandler", "app::refuse", NULL) : DECLINED;
        }

        static int handler(request_rec *r)
        {
            if (strcmp(r->handler, "caller") != 0) {
                return DECLINED;
            }
            return r->args && strcmp(r->args, "phase") == 0
                ? call(r, "SwiftNoHandler", "app", NULL)
                : call(r, "SwiftHandler", r->args ? r->args : "app", NULL);
        }

        static void retrieve(void)
        {
            call = APR_RETRIEVE_OPTIONAL_FN(mod_swift_call);
            request = APR_RETRIEVE_OPTIONAL_FN(mod_swift_request);
            connection = APR_RETRIEVE_OPTIONAL_FN(mod_swift_connection);
            server = APR_RETRIEVE_OPTIONAL_FN(mod_swift_server);
        }

        static void hooks(apr_pool_t *p)
        {
            ap_hook_fixups(fixups, NULL, NULL, APR_HOOK_MIDDLE);
            ap_hook_handler(handler, NULL, NULL, APR_HOOK_MIDDLE);
            ap_hook_optional_fn_retrieve(retrieve, NULL, NULL, APR_HOOK_MIDDLE);
        }

        module AP_MODULE_DECLARE_DATA caller_module = {
            STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks
        };
        """

    private static let source = """
        struct Broken: Error {}
        func refuse(_ req: Request) -> Status { req.notes["phase"] = "\\(req.phase)"; return .forbidden }
        func add(_ req: Request) -> Status { req.addHandler(.fixup, "app::refuse"); return .declined }
        func handler(_ req: Request) -> String { "\\(req.phase) \\(req.notes["objects"] ?? "-")" }
        func breaks(_ req: Request) throws { throw Broken() }
        func log(_ req: Request) { req.log("told: \\(req.phase)", level: .notice) }
        """

    @Test func otherModulesRunHandlers() throws {
        try withTemporaryDirectory { folder in
            try Manual.text("shim/mod_swift.h").write(
                toFile: "\(folder)/mod_swift.h", atomically: false, encoding: .utf8)
            let load = try CModule.make("caller", Self.module, in: folder)
            let global = """
                \(load)
                SwiftPath "${HTDOCS}/app"
                <Location "/app/c">
                SetHandler caller
                </Location>
                """
            try SwiftSite.with(
                Self.source, directives: "SwiftLogHandler app::log", global: global
            ) { server throws in
                func ask(_ query: String) throws -> Response {
                    try server.get("/app/c\(query)")
                }
                #expect(try ask("").text == "SwiftHandler 1111")
                #expect(try ask("?fixup").status == 403)
                // No directive has httpd come to Swift's handlers before the response.
                #expect(try ask("?add").status == 500)
                try server.expectLog(
                    containing: "no SwiftFixupHandler was added: no directive names")
                #expect(try ask("?app::breaks").status == 500)
                try server.expectLog(containing: "SwiftHandler app::breaks: ")
                #expect(try ask("?app::none").status == 500)
                try server.expectLog(containing: "MSW0102: SwiftHandler app::none: ")
                #expect(try ask("?phase").status == 500)
                try server.expectLog(containing: "MSW0543: ")
            }
        }
    }
}
