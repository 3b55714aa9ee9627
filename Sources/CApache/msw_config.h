/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_config.h
 * @brief The values of the directives: filled by shim/msw_config.c while httpd
 *        reads its configuration, read by the Swift library, and never changed
 *        at request time.
 *
 * Every field is initially unset (NULL, or MSW_UNSET) and is merged field by
 * field; defaults are applied where a value is read, so that "unset" and "set
 * to the default" stay distinct. All data is in the pool of the configuration:
 * the process's configuration pool, or, from .htaccess, the request's.
 */
#ifndef MSW_CONFIG_H
#define MSW_CONFIG_H

#include <httpd.h>
#include <http_config.h>
#include <apr_hash.h>
#include <apr_tables.h>

/** A flag or number that no directive has set. */
#define MSW_UNSET (-1)

/** The handler name in SetHandler and AddHandler for requests that a
 *  SwiftHandler handles. */
#define MSW_HANDLER_NAME "mod_swift"

/** The handler name that the installed configuration sets for Swift sources to
 *  which no handler was mapped; such a request is rejected. */
#define MSW_SOURCE_HANDLER_NAME "mod_swift-source"

/** httpd's name for all filters that code adds to a request. */
#define MSW_FILTER_NAME "mod_swift"

/** httpd's name for all filters that code adds to a connection. */
#define MSW_CONNECTION_FILTER_NAME "mod_swift_connection"

/** The name in `Mutex` of the mutex of the session stores. */
#define MSW_STORE_MUTEX "swift-sessions"

/** The phases, in the order in which httpd runs them. */
typedef enum {
    MSW_PHASE_PRE_CONNECTION,
    MSW_PHASE_CONNECTION,
    MSW_PHASE_POST_READ_REQUEST,
    MSW_PHASE_QUICK,
    MSW_PHASE_TRANS,
    MSW_PHASE_MAP_TO_STORAGE,
    MSW_PHASE_HEADER_PARSER,
    MSW_PHASE_INIT,
    MSW_PHASE_ACCESS,
    MSW_PHASE_AUTHEN,
    MSW_PHASE_AUTHZ,
    MSW_PHASE_TYPE,
    MSW_PHASE_FIXUP,
    MSW_PHASE_CONTENT,
    MSW_PHASE_LOG,
    MSW_PHASE_CLEANUP,
    MSW_PHASE_INPUT_FILTER,
    MSW_PHASE_OUTPUT_FILTER,
    MSW_PHASE_AUTHN_PROVIDER,
    MSW_PHASE_AUTHZ_PROVIDER,
    MSW_PHASE_COUNT
} msw_phase;

/** One handler name of a Swift*Handler directive. */
typedef struct msw_handler {
    /** "hello", or "dir/name"; never NULL. */
    const char *module;
    /** "handler", or "Type.method"; NULL: the phase's default name. */
    const char *function;
    /** The directory of the section that contains the directive, with a
     *  trailing slash; NULL if the section names none (server, Location,
     *  pattern). */
    const char *directory;
    /** ".do", from "| .do"; NULL: any file. */
    const char *extension;
    /** The location of the directive, for messages: "/etc/…/site.conf:12". */
    const char *source;
    /** SwiftImport: the namespace; NULL: the server's. */
    const char *interpreter;
    /** SwiftHandlerModule: whether a missing function is permitted. */
    int silent;
    /** For the library: the function that this name was resolved to in this
     *  child. Points to an object that is never freed; written and read
     *  atomically. Unused if the handler is in a request's pool. */
    void *resolved;
} msw_handler;

/** A name under which functions are registered for httpd's access control. */
typedef struct msw_provider {
    /** The name in messages: the name, or "swift module::function". */
    const char *name;
    /** Array of msw_handler *. */
    apr_array_header_t *handlers;
} msw_provider;

/** The maximum number of names in SwiftAuthnProvider, and in
 *  SwiftAuthzProvider. */
#define MSW_MOST_PROVIDERS 32

/** The value of a SwiftOption that removes the option: a text that no
 *  configuration can contain, because an empty value is a value. */
#define MSW_OPTION_REMOVED "\001"

/** A configuration that comes from .htaccess: it lives only as long as its
 *  request, so nothing may be cached by its address. */
#define MSW_FROM_HTACCESS 1u

/** A directive sets a namespace for handlers that differs from the server's. */
#define MSW_NAMES_NAMESPACE 2u

/** SwiftEnableDebugger On. */
#define MSW_AWAITS_DEBUGGER 4u

/** SwiftFormLimits: each MSW_UNSET if no directive sets it. */
typedef struct msw_form_limits {
    /** Bytes of a body; of all names and values that are not uploads; of one of
     *  these; of a part's header block; of uploads in memory. */
    apr_off_t body;
    apr_off_t text;
    apr_off_t field;
    apr_off_t header;
    apr_off_t memory;
    /** Maximum numbers. */
    apr_off_t fields;
    apr_off_t parts;
    apr_off_t nesting;
    /** The directory for uploads that are not kept in memory; NULL: unset. */
    const char *directory;
} msw_form_limits;

/** Per directory: the values of all directives that are allowed in a
 *  directory. */
typedef struct msw_dir_config {
    /** Swift*Handler, SwiftHandlerModule: arrays of msw_handler *, one for
     *  each phase; NULL: unset. */
    apr_array_header_t *handlers[MSW_PHASE_COUNT];
    /** Whether this section contains any of our directives. */
    int is_set;
    /** A bit for each phase: whether its handlers are set; whether an entry of
     *  its list has an extension. */
    unsigned int phases;
    unsigned int phases_with_extensions;
    /** SwiftOption: keys are case-insensitive. */
    apr_table_t *options;
    /** SwiftInputFilter, SwiftOutputFilter: name (lower case) to
     *  msw_handler *. */
    apr_hash_t *input_filters;
    apr_hash_t *output_filters;
    /** SwiftPath: array of const char *, absolute, no trailing slash. */
    apr_array_header_t *path;
    /** SwiftInterpreter. */
    const char *interpreter;
    /** Flags: 0, 1 or MSW_UNSET. */
    int debug;
    int auto_reload;
    int enable_debugger;
    int interp_per_directory;
    int interp_per_directive;
    int authoritative;
    /** SwiftLogNotes: read once for each call of a handler. */
    int log_notes;
    /** SwiftTrapLimit: the number of traps of a handler that are permitted
     *  within a number of seconds; 0: no limit. */
    int trap_limit;
    int trap_limit_seconds;
    /** SwiftTimeout: microseconds; 0: no limit. */
    apr_interval_time_t timeout;
    /** SwiftFormLimits; NULL: unset. */
    const msw_form_limits *form_limits;
    /** SwiftAllowHtaccess: whether .htaccess files below may run Swift. */
    int allow_htaccess;
    /** MSW_FROM_HTACCESS, MSW_NAMES_NAMESPACE, MSW_AWAITS_DEBUGGER; 0 for
     *  most requests, which find their handlers on the fast path. */
    unsigned int slow_path;
    /** The .htaccess directive that SwiftAllowHtaccess does not allow
     *  ("file:line"); such a request is rejected. */
    const char *refused;
} msw_dir_config;

/** Per server (main server and virtual hosts). */
typedef struct msw_server_config {
    /** SwiftPreConnectionHandler, SwiftConnectionHandler: arrays of
     *  msw_handler *. */
    apr_array_header_t *pre_connection_handlers;
    apr_array_header_t *connection_handlers;
    /** SwiftImport: array of msw_handler *; the main server's are not merged
     *  into a virtual host that has directives of its own. */
    apr_array_header_t *imports;
    /** SwiftAuthnProvider, SwiftAuthzProvider: arrays of msw_provider *. Main
     *  server only. */
    apr_array_header_t *authn_providers;
    apr_array_header_t *authz_providers;
    /** SwiftSecretFile: an absolute path. */
    const char *secret_file;
    /** For the library: the keys in that file, in an object that is never
     *  freed. Written in post_config, read by children. */
    void *secrets;
    /** SwiftOptimize. */
    int optimize;
    /** Whether our hooks for the phases before the response are registered.
     *  Main server only; written in post_config, read by children. */
    int has_early_phases;
    /** SwiftCacheDir, SwiftCompiler: absolute paths. Main server only. */
    const char *cache_dir;
    const char *compiler;
    /** SwiftStateDir: an absolute path. Main server only. */
    const char *state_dir;
    /** SwiftSessionStore: array of const char *. Main server only. */
    apr_array_header_t *session_store;
    /** SwiftCacheSize: bytes; 0: no limit. Main server only. */
    apr_off_t cache_size;
    /** SwiftBuildTimeout: microseconds. Main server only. */
    apr_interval_time_t build_timeout;
    /** SwiftTrapDrain: the number of contained traps after which a child is
     *  replaced; 0: never. Main server only. */
    int trap_drain;
} msw_server_config;

/** A section of the configuration, merged with the enclosing ones. */
typedef struct msw_section {
    server_rec *server;
    /** The directory that the section names; NULL: none, or a pattern. */
    const char *directory;
    const msw_dir_config *config;
} msw_section;

/** The define with which "httpd -t -D" lists the modules. */
#define MSW_DUMP_MODULES "DUMP_SWIFT_MODULES"

#endif /* MSW_CONFIG_H */
