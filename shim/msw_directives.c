/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_directives.c
 * @brief The directives: the functions that read them, their contexts, and
 *        their descriptions.
 */
#include "msw_directives.h"

#include <stddef.h>

#define PHASE(phase) ((void *)(apr_uintptr_t)(phase))
#define DIR_FIELD(field) ((void *)offsetof(msw_dir_config, field))
#define SERVER_FIELD(field) ((void *)offsetof(msw_server_config, field))

/* Access control, as permitted by AllowOverride AuthConfig. */
#define OR_ACCESS (RSRC_CONF | OR_AUTHCFG)

/* The beginning of the help text of most Swift*Handler directives. */
#define HANDLERS "handler [handler ...] [ | .ext [.ext ...] ]: Swift functions "

const command_rec msw_directives[] = {
    AP_INIT_RAW_ARGS("SwiftHandler", msw_set_handlers, PHASE(MSW_PHASE_CONTENT),
        OR_ALL, HANDLERS "that handle requests whose handler is mod_swift"),
    AP_INIT_RAW_ARGS("SwiftPostReadRequestHandler", msw_set_handlers,
        PHASE(MSW_PHASE_POST_READ_REQUEST), RSRC_CONF | ACCESS_CONF,
        "handler [handler ...]: Swift functions called when a request was "
        "read"),
    AP_INIT_RAW_ARGS("SwiftQuickHandler", msw_set_handlers,
        PHASE(MSW_PHASE_QUICK), RSRC_CONF | ACCESS_CONF,
        "handler [handler ...]: Swift functions that may respond before "
        "anything else is done"),
    AP_INIT_RAW_ARGS("SwiftTransHandler", msw_set_handlers,
        PHASE(MSW_PHASE_TRANS), RSRC_CONF | ACCESS_CONF,
        "handler [handler ...]: Swift functions that find the file of a URI"),
    AP_INIT_RAW_ARGS("SwiftMapToStorageHandler", msw_set_handlers,
        PHASE(MSW_PHASE_MAP_TO_STORAGE), RSRC_CONF | ACCESS_CONF,
        "handler [handler ...]: Swift functions that say which requests are "
        "for no file: no <Directory> applies to them"),
    AP_INIT_RAW_ARGS("SwiftHeaderParserHandler", msw_set_handlers,
        PHASE(MSW_PHASE_HEADER_PARSER), OR_ALL,
        HANDLERS "called as soon as the directory is known"),
    AP_INIT_RAW_ARGS("SwiftInitHandler", msw_set_handlers,
        PHASE(MSW_PHASE_INIT), OR_ALL,
        HANDLERS "called before those of all other phases"),
    AP_INIT_RAW_ARGS("SwiftAccessHandler", msw_set_handlers,
        PHASE(MSW_PHASE_ACCESS), OR_ACCESS,
        HANDLERS "that say whether a client may come here"),
    AP_INIT_RAW_ARGS("SwiftAuthenHandler", msw_set_handlers,
        PHASE(MSW_PHASE_AUTHEN), OR_ACCESS,
        HANDLERS "that find out who the user is"),
    AP_INIT_RAW_ARGS("SwiftAuthzHandler", msw_set_handlers,
        PHASE(MSW_PHASE_AUTHZ), OR_ACCESS,
        HANDLERS "that say whether the user may come here"),
    AP_INIT_RAW_ARGS("SwiftTypeHandler", msw_set_handlers,
        PHASE(MSW_PHASE_TYPE), OR_ALL,
        HANDLERS "that find the type of a file"),
    AP_INIT_RAW_ARGS("SwiftFixupHandler", msw_set_handlers,
        PHASE(MSW_PHASE_FIXUP), OR_ALL,
        HANDLERS "called last before the response is made"),
    AP_INIT_RAW_ARGS("SwiftLogHandler", msw_set_handlers,
        PHASE(MSW_PHASE_LOG), OR_ALL,
        HANDLERS "called when the response was sent"),
    AP_INIT_RAW_ARGS("SwiftCleanupHandler", msw_set_handlers,
        PHASE(MSW_PHASE_CLEANUP), OR_ALL,
        HANDLERS "called when a request is over"),
    AP_INIT_RAW_ARGS("SwiftHandlerModule", msw_set_handler_module, NULL,
        OR_ACCESS, "module [module ...] [ | .ext [.ext ...] ]: Swift modules "
        "whose functions of default names are called in all phases"),
    AP_INIT_FLAG("SwiftAuthoritative", msw_set_flag, DIR_FIELD(authoritative),
        OR_ACCESS, "Off: where a SwiftAuthenHandler says 401, the modules "
        "behind it are asked"),
    AP_INIT_RAW_ARGS("SwiftAuthnProvider", msw_set_authn_provider, NULL,
        RSRC_CONF, "name handler [handler]: Swift functions that know users, "
        "for AuthBasicProvider and AuthDigestProvider"),
    AP_INIT_RAW_ARGS("SwiftAuthzProvider", msw_set_authz_provider, NULL,
        RSRC_CONF, "name handler: a Swift function that decides, for Require"),
    AP_INIT_RAW_ARGS("SwiftPreConnectionHandler", msw_set_connection_handlers,
        SERVER_FIELD(pre_connection_handlers), RSRC_CONF,
        "handler [handler ...]: Swift functions that say whether a client may "
        "connect"),
    AP_INIT_RAW_ARGS("SwiftConnectionHandler", msw_set_connection_handlers,
        SERVER_FIELD(connection_handlers), RSRC_CONF,
        "handler [handler ...]: Swift functions that speak the protocol of a "
        "server's connections"),
    AP_INIT_TAKE12("SwiftInputFilter", msw_set_filter,
        PHASE(MSW_PHASE_INPUT_FILTER), OR_ALL,
        "handler [name]: a Swift function for SetInputFilter and the like"),
    AP_INIT_TAKE12("SwiftOutputFilter", msw_set_filter,
        PHASE(MSW_PHASE_OUTPUT_FILTER), OR_ALL,
        "handler [name]: a Swift function for SetOutputFilter and the like"),
    AP_INIT_RAW_ARGS("SwiftHookOrder", msw_set_hook_order, NULL,
        RSRC_CONF | ACCESS_CONF, "phase early|middle|late: whether Swift's "
        "handlers of a phase come before or behind those of most modules"),
    AP_INIT_TAKE12("SwiftImport", msw_add_import, NULL,
        RSRC_CONF | ACCESS_CONF, "module[::function] [namespace]: loaded, and "
        "called, in each child before it serves"),
    AP_INIT_TAKE1("SwiftInterpreter", msw_set_interpreter, NULL,
        OR_ALL, "name: the namespace in which handlers run"),
    AP_INIT_FLAG("SwiftInterpPerDirectory", msw_set_special_flag,
        DIR_FIELD(interp_per_directory), OR_ALL,
        "On: each directory of files has a namespace of its own"),
    AP_INIT_FLAG("SwiftInterpPerDirective", msw_set_special_flag,
        DIR_FIELD(interp_per_directive), OR_ALL,
        "On: each directory with directives has a namespace of its own"),
    AP_INIT_TAKE_ARGV("SwiftPath", msw_set_path, NULL,
        OR_ALL, "directories searched for modules after the directive's own"),
    AP_INIT_FLAG("SwiftDebug", msw_set_flag, DIR_FIELD(debug),
        OR_ALL, "On: errors are shown to the client as well as in the log"),
    AP_INIT_FLAG("SwiftEnableDebugger", msw_set_special_flag,
        DIR_FIELD(enable_debugger), RSRC_CONF | ACCESS_CONF,
        "On: a server of one process (httpd -X) waits for a debugger before it "
        "calls a handler"),
    AP_INIT_FLAG("SwiftAutoReload", msw_set_flag, DIR_FIELD(auto_reload),
        OR_ALL, "Off: sources are not looked at again once loaded"),
    AP_INIT_RAW_ARGS("SwiftOption", msw_set_option, NULL,
        OR_ALL, "key [value]: an option for handlers; without a value, takes "
        "it away"),
    AP_INIT_FLAG("SwiftLogNotes", msw_set_flag, DIR_FIELD(log_notes),
        RSRC_CONF | ACCESS_CONF, "On: handler, version and time of a request "
        "are left in its notes, for CustomLog"),
    AP_INIT_FLAG("SwiftAllowHtaccess", msw_set_allow_htaccess,
        DIR_FIELD(allow_htaccess),
        RSRC_CONF | ACCESS_CONF, "On: .htaccess files may run Swift code, "
        "which is native code in the server"),
    AP_INIT_FLAG("SwiftOptimize", msw_set_server_flag, SERVER_FIELD(optimize),
        RSRC_CONF, "Off: handlers are compiled without optimisation"),
    AP_INIT_TAKE1("SwiftSecretFile", msw_set_host_path,
        SERVER_FIELD(secret_file),
        RSRC_CONF, "file with the keys of signed and encrypted cookies, made "
        "when it is missing"),
    AP_INIT_TAKE1("SwiftCacheDir", msw_set_server_path, SERVER_FIELD(cache_dir),
        RSRC_CONF, "directory for compiled handlers"),
    AP_INIT_TAKE1("SwiftStateDir", msw_set_server_path, SERVER_FIELD(state_dir),
        RSRC_CONF, "directory for what outlives the server's processes, such "
        "as sessions"),
    AP_INIT_TAKE_ARGV("SwiftSessionStore", msw_set_session_store, NULL,
        RSRC_CONF, "file [directory], memory, dbm file [type], socache "
        "provider[:arguments], redis address, dbd [table] or custom name: "
        "where sessions are kept"),
    AP_INIT_TAKE1("SwiftCacheSize", msw_set_cache_size, NULL,
        RSRC_CONF, "how large the directory for compiled handlers may become: "
        "bytes, nK, nM or nG; 0: no bound"),
    AP_INIT_TAKE1("SwiftCompiler", msw_set_server_path, SERVER_FIELD(compiler),
        RSRC_CONF, "path of swiftc"),
    AP_INIT_TAKE1("SwiftBuildTimeout", msw_set_build_timeout, NULL,
        RSRC_CONF, "how long a request waits for a build; seconds, or with a "
        "unit"),
    AP_INIT_TAKE1("SwiftTrapDrain", msw_set_trap_drain, NULL,
        RSRC_CONF, "after how many contained traps a child is replaced; 0: "
        "never"),
    AP_INIT_TAKE12("SwiftTrapLimit", msw_set_trap_limit, NULL,
        RSRC_CONF | ACCESS_CONF, "number of traps and time: a handler that "
        "traps more often responds with 503 for that time; 0: no limit"),
    AP_INIT_TAKE1("SwiftTimeout", msw_set_timeout, NULL,
        RSRC_CONF | ACCESS_CONF, "how long a handler may take: seconds, or "
        "with a unit; 0 or none: no limit"),
    AP_INIT_TAKE_ARGV("SwiftFormLimits", msw_set_form_limits, NULL,
        RSRC_CONF | ACCESS_CONF, "name=value ...: how large forms may be, and "
        "where uploads are stored meanwhile"),
    { NULL }
};
