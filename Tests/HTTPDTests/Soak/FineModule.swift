// SPDX-License-Identifier: Apache-2.0

/// A module in C, for comparisons with httpd itself. Its handler takes two milliseconds, or, with the query
/// "quick", none.
enum FineModule {
    /// Compiles it.
    ///
    /// - Parameter folder: The directory for the module.
    /// - Returns: The directives with which /fine responds with "fine".
    static func make(in folder: String) throws -> String {
        """
        \(try CModule.make("fine", source, in: folder))
        <Location "/fine">
            SetHandler fine
        </Location>
        """
    }

    private static let source = """
        #include <unistd.h>
        #include "httpd.h"
        #include "http_config.h"
        #include "http_protocol.h"
        static int content(request_rec *r)
        {
            if (strcmp(r->handler, "fine") != 0) return DECLINED;
            if (r->args == NULL) usleep(2000);
            ap_set_content_type(r, "text/plain");
            ap_rputs("fine", r);
            return OK;
        }
        static void hooks(apr_pool_t *p)
        {
            ap_hook_handler(content, NULL, NULL, APR_HOOK_MIDDLE);
        }
        module AP_MODULE_DECLARE_DATA fine_module = {
            STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, hooks
        };
        """
}
