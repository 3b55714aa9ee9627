/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_config.c
 * @brief The directives: what each accepts, where it may stand, and how an
 *        inner section overrides an outer one.
 */
#include "msw_shim.h"

#include <apr_fnmatch.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>

#include <stddef.h>
#include <string.h>

/* ---- Where a directive stands ------------------------------------------- */

/* httpd's own test: the pools of a .htaccess file are one and the same. */
static int in_htaccess(const cmd_parms *cmd)
{
    return cmd->pool == cmd->temp_pool;
}

static const char *where(cmd_parms *cmd)
{
    return apr_psprintf(cmd->pool, "%s:%d", cmd->directive->filename,
                        cmd->directive->line_num);
}

static const char *with_slash(apr_pool_t *p, const char *directory)
{
    apr_size_t length = strlen(directory);

    return length > 0 && directory[length - 1] == '/'
        ? directory : apr_pstrcat(p, directory, "/", NULL);
}

/* The name in a "<Directory name>" line; NULL where it is a pattern, which
 * names no single directory. */
static const char *directory_of_section(cmd_parms *cmd, const char *args)
{
    const char *end = strrchr(args, '>');
    const char *line = end ? apr_pstrmemdup(cmd->pool, args, end - args) : args;
    const char *name = ap_getword_conf(cmd->pool, &line);
    char *directory;

    if (strcmp(name, "~") == 0 || apr_fnmatch_test(name)) {
        return NULL;
    }
    if (apr_filepath_merge(&directory, NULL, name, APR_FILEPATH_TRUENAME,
                           cmd->pool) != APR_SUCCESS) {
        return NULL;
    }
    return with_slash(cmd->pool, directory);
}

/* The real directory that a handler's module is looked for in: that of the
 * innermost <Directory> around the directive, or of the .htaccess file. A
 * <Location> or a pattern names none. */
static const char *section_directory(cmd_parms *cmd)
{
    const ap_directive_t *section;

    if (in_htaccess(cmd)) {
        return ap_make_dirstr_parent(cmd->pool, cmd->directive->filename);
    }
    for (section = cmd->directive->parent; section != NULL;
         section = section->parent) {
        if (ap_cstr_casecmp(section->directive, "<Directory") == 0) {
            return directory_of_section(cmd, section->args);
        }
    }
    return NULL;
}

/* Every directive of a directory comes through here, so that what stands in a
 * .htaccess file is known as such: it is native code in the server for whoever
 * may write there, and runs only below SwiftAllowHtaccess On. */
static msw_dir_config *directory_config(cmd_parms *cmd, void *config)
{
    msw_dir_config *conf = config;

    conf->is_set = 1;
    if (in_htaccess(cmd) && !(conf->special & MSW_FROM_HTACCESS)) {
        conf->special |= MSW_FROM_HTACCESS;
        conf->refused = where(cmd);
    }
    return conf;
}

static msw_server_config *server_config(const cmd_parms *cmd)
{
    return ap_get_module_config(cmd->server->module_config, &swift_module);
}

/* ---- Swift*Handler ------------------------------------------------------ */

static int is_handler_word(const char *word)
{
    for (; *word; word++) {
        if (apr_iscntrl(*word)) {
            return 0;
        }
    }
    return 1;
}

/* "module", "dir/module", "module::function", "module::Type.method". */
static const char *parse_handler(cmd_parms *cmd, const char *word,
                                 msw_handler *h)
{
    const char *name = cmd->cmd->name;
    const char *colons = strstr(word, "::");

    if (*word == '#') {
        return apr_pstrcat(cmd->pool, name, ": httpd has no comments at the "
                           "end of a line; put \"", word, " ...\" on a line "
                           "of its own", NULL);
    }
    if (colons == NULL) {
        h->module = word;
    }
    else {
        h->module = apr_pstrmemdup(cmd->pool, word, colons - word);
        h->function = colons + 2;
    }
    if (*h->module == '\0' || (h->function && *h->function == '\0')
        || !is_handler_word(word)) {
        return apr_pstrcat(cmd->pool, name, ": \"", word, "\" is not a "
                           "handler; write module, module::function or "
                           "module::Type.method", NULL);
    }
    return NULL;
}

const char *msw_read_handler(cmd_parms *cmd, const char *word,
                             msw_handler **handler)
{
    msw_handler *h = apr_pcalloc(cmd->pool, sizeof(*h));

    h->directory = section_directory(cmd);
    h->source = where(cmd);
    *handler = h;
    return parse_handler(cmd, word, h);
}

static void push_handler(cmd_parms *cmd, apr_array_header_t **list,
                         msw_handler *h)
{
    if (*list == NULL) {
        *list = apr_array_make(cmd->pool, 2, sizeof(h));
    }
    APR_ARRAY_PUSH(*list, msw_handler *) = h;
}

static const char *check_count(cmd_parms *cmd, int handlers)
{
    const char *name = cmd->cmd->name;

    return handlers > 0 ? NULL
        : apr_pstrcat(cmd->pool, name, " names no handler; write ", name,
                      " module, or module::function", NULL);
}

static const char *add_handler(cmd_parms *cmd, msw_dir_config *conf,
                               msw_phase phase, const char *word,
                               const char *extension, int silent)
{
    msw_handler *h;
    const char *error = msw_read_handler(cmd, word, &h);

    if (error != NULL) {
        return error;
    }
    h->extension = extension;
    h->silent = silent;
    push_handler(cmd, &conf->handlers[phase], h);
    conf->phases |= 1u << phase;
    if (extension != NULL) {
        conf->phases_with_extensions |= 1u << phase;
    }
    return NULL;
}

void msw_note_section(cmd_parms *cmd)
{
    void *conf = ap_get_module_config(cmd->context, &swift_module);

    if (conf == NULL) {
        conf = msw_create_dir_config(cmd->pool, cmd->path);
        ap_set_module_config(cmd->context, &swift_module, conf);
    }
    directory_config(cmd, conf);
}

/* The | in front of extensions; one within quotes is part of a name. */
static const char *find_bar(const char *args)
{
    char quote = '\0';

    for (; *args; args++) {
        if (*args == '\\' && args[1]) {
            args++;
        }
        else if (*args == quote) {
            quote = '\0';
        }
        else if (quote == '\0' && (*args == '"' || *args == '\'')) {
            quote = *args;
        }
        else if (quote == '\0' && *args == '|') {
            return args;
        }
    }
    return NULL;
}

/* What stands behind the |: extensions with their dots. NULL where there is
 * no |, or an error. */
static apr_array_header_t *parse_extensions(cmd_parms *cmd, const char *bar,
                                            const char **error)
{
    const char *name = cmd->cmd->name;
    apr_array_header_t *extensions;
    const char *extension;

    *error = NULL;
    if (bar == NULL) {
        return NULL;
    }
    extensions = apr_array_make(cmd->pool, 2, sizeof(const char *));
    for (bar++; *(extension = ap_getword_conf(cmd->pool, &bar)) != '\0';) {
        if (*extension != '.') {
            *error = apr_pstrcat(cmd->pool, name, ": \"", extension, "\" "
                                 "after the | is not an extension; write it "
                                 "with its dot, as in \"| .do\"", NULL);
            return NULL;
        }
        APR_ARRAY_PUSH(extensions, const char *) = extension;
    }
    if (extensions->nelts == 0) {
        *error = apr_pstrcat(cmd->pool, name, ": no extension after the |; "
                             "write \"| .do\"", NULL);
        return NULL;
    }
    return extensions;
}

/* One word, for each of the extensions, or for any file. */
static const char *add_word(cmd_parms *cmd, msw_dir_config *conf,
                            msw_phase phase, const char *word,
                            const apr_array_header_t *extensions, int silent)
{
    const char *error = NULL;
    int i;

    if (extensions == NULL) {
        return add_handler(cmd, conf, phase, word, NULL, silent);
    }
    for (i = 0; i < extensions->nelts && error == NULL; i++) {
        error = add_handler(cmd, conf, phase, word,
                            APR_ARRAY_IDX(extensions, i, const char *),
                            silent);
    }
    return error;
}

/* In which phases httpd knows neither directory nor file. */
#define COMES_BEFORE_DIRECTORY(phase) ((phase) < MSW_PHASE_HEADER_PARSER)

static const char *check_place(cmd_parms *cmd, msw_phase phase)
{
    const char *error = ap_check_cmd_context(cmd, NOT_IN_LIMIT);

    if (error != NULL) {
        return apr_pstrcat(cmd->pool, error, ", since it holds for all "
                           "methods; put it around the section, and have the "
                           "handler look at req.method", NULL);
    }
    if (COMES_BEFORE_DIRECTORY(phase)
        && (error = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT))) {
        return apr_pstrcat(cmd->pool, error, ": its phase comes before httpd "
                           "knows the directory; put it into the server or a "
                           "virtual host, or use SwiftHeaderParserHandler",
                           NULL);
    }
    return NULL;
}

/* What stands on a line of handlers: the words as text, and the extensions. */
static const char *split_line(cmd_parms *cmd, const char *args,
                              const char **words,
                              apr_array_header_t **extensions)
{
    const char *bar = find_bar(args);
    const char *error;

    *words = bar ? apr_pstrmemdup(cmd->pool, args, bar - args) : args;
    *extensions = parse_extensions(cmd, bar, &error);
    return error;
}

/* handler [handler ...] [ | .ext [.ext ...] ]; the phase is the directive's
 * info. */
static const char *set_handlers(cmd_parms *cmd, void *config, const char *args)
{
    msw_dir_config *conf = directory_config(cmd, config);
    msw_phase phase = (msw_phase)(apr_uintptr_t)cmd->info;
    const char *error = check_place(cmd, phase);
    apr_array_header_t *extensions;
    const char *words, *word;
    int handlers = 0;

    if (error == NULL) {
        error = split_line(cmd, args, &words, &extensions);
    }
    if (error != NULL) {
        return error;
    }
    if (extensions != NULL && COMES_BEFORE_DIRECTORY(phase)) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, " does not accept "
                           "\"| .ext\": its phase comes before httpd knows the "
                           "file", NULL);
    }
    while (*(word = ap_getword_conf(cmd->pool, &words)) != '\0') {
        if ((error = add_word(cmd, conf, phase, word, extensions, 0))) {
            return error;
        }
        handlers++;
    }
    msw_need_phase(phase);
    return check_count(cmd, handlers);
}

/* A module stands for every phase that its line can reach, and is not missed
 * where it has no function of the phase's name. */
static const char *add_module(cmd_parms *cmd, msw_dir_config *conf,
                              const char *module,
                              const apr_array_header_t *extensions)
{
    int is_early = extensions == NULL
                   && ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT) == NULL;
    const char *error = NULL;
    int phase;

    if (strstr(module, "::") != NULL) {
        return apr_pstrcat(cmd->pool, "SwiftHandlerModule: \"", module, "\" "
                           "names a function; write the module alone, or use "
                           "the directive of one phase", NULL);
    }
    for (phase = MSW_PHASE_POST_READ_REQUEST;
         phase <= MSW_PHASE_CLEANUP && error == NULL; phase++) {
        /* Those that take a request away from httpd are for directives that
         * say so. */
        if (phase == MSW_PHASE_QUICK || phase == MSW_PHASE_MAP_TO_STORAGE) {
            continue;
        }
        if (is_early || !COMES_BEFORE_DIRECTORY(phase)) {
            error = add_word(cmd, conf, phase, module, extensions, 1);
        }
    }
    return error;
}

/* module [module ...] [ | .ext [.ext ...] ] */
static const char *set_handler_module(cmd_parms *cmd, void *config,
                                      const char *args)
{
    msw_dir_config *conf = directory_config(cmd, config);
    const char *error = check_place(cmd, MSW_PHASE_CONTENT);
    apr_array_header_t *extensions;
    const char *words, *word;
    int modules = 0;

    if (error == NULL) {
        error = split_line(cmd, args, &words, &extensions);
    }
    while (error == NULL
           && *(word = ap_getword_conf(cmd->pool, &words)) != '\0') {
        error = add_module(cmd, conf, word, extensions);
        modules++;
    }
    if (error == NULL && modules == 0) {
        error = "SwiftHandlerModule names no module";
    }
    return error;
}

/* A namespace may have any name that can be shown. */
static const char *check_interpreter(cmd_parms *cmd, const char *name)
{
    return *name != '\0' && is_handler_word(name) ? NULL
        : apr_pstrcat(cmd->pool, cmd->cmd->name, ": \"", name, "\" is not the "
                      "name of a namespace", NULL);
}

/* SwiftConnectionHandler, SwiftPreConnectionHandler: handler [handler ...]. A
 * connection is in no directory: modules are found along SwiftPath. The offset
 * of the list is the directive's info. */
static const char *set_connection_handlers(cmd_parms *cmd, void *config,
                                           const char *args)
{
    apr_array_header_t **list = (apr_array_header_t **)
        ((char *)server_config(cmd) + (apr_uintptr_t)cmd->info);
    const char *error = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);
    const char *word;
    msw_handler *h;
    int handlers = 0;

    if (error != NULL) {
        return error;
    }
    while (*(word = ap_getword_conf(cmd->pool, &args)) != '\0') {
        if ((error = msw_read_handler(cmd, word, &h))) {
            return error;
        }
        push_handler(cmd, list, h);
        handlers++;
    }
    if (list == &server_config(cmd)->pre_connection_handlers) {
        msw_need_phase(MSW_PHASE_PRE_CONNECTION);
    }
    return check_count(cmd, handlers);
}

/* ---- Swift*Filter ------------------------------------------------------- */

/* httpd's directives list filters with ";" between them. */
static int is_filter_name(const char *name)
{
    const char *at;

    for (at = name; *at; at++) {
        if (apr_iscntrl(*at) || apr_isspace(*at) || *at == ';') {
            return 0;
        }
    }
    return *name != '\0';
}

/* handler [name]; the name is the handler's text where there is none. */
static const char *set_filter(cmd_parms *cmd, void *config, const char *word,
                              const char *given)
{
    msw_dir_config *conf = directory_config(cmd, config);
    int is_input = (msw_phase)(apr_uintptr_t)cmd->info
                   == MSW_PHASE_INPUT_FILTER;
    apr_hash_t **filters = is_input ? &conf->input_filters
                                    : &conf->output_filters;
    char *name = apr_pstrdup(cmd->pool, given ? given : word);
    msw_handler *h;
    const char *error = msw_read_handler(cmd, word, &h);

    if (in_htaccess(cmd)) {
        /* httpd registers filters for the whole server, and for good. */
        return apr_psprintf(cmd->pool, "%s cannot stand in .htaccess: have it "
                            "put into the server's configuration, and write "
                            "\"Set%sFilter %s\" here", cmd->cmd->name,
                            is_input ? "Input" : "Output", name);
    }
    if (error != NULL) {
        return error;
    }
    if (!is_filter_name(name)) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, ": \"", name, "\" is "
                           "not a name for a filter; write ", cmd->cmd->name,
                           " module::function NAME, without spaces and "
                           "semicolons in the name", NULL);
    }
    ap_str_tolower(name);
    if ((error = msw_register_filter(cmd, name, is_input)) != NULL) {
        return error;
    }
    if (*filters == NULL) {
        *filters = apr_hash_make(cmd->pool);
    }
    apr_hash_set(*filters, name, APR_HASH_KEY_STRING, h);
    return NULL;
}

/* ---- SwiftImport -------------------------------------------------------- */

/* SwiftImport: module[::function] [namespace]. */
static const char *add_import(cmd_parms *cmd, void *config, const char *word,
                              const char *interpreter)
{
    msw_server_config *conf = server_config(cmd);
    const char *error = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);
    msw_handler *h;

    if (error != NULL) {
        return apr_pstrcat(cmd->pool, error, ": children import before there "
                           "is a request; put it into the server or a virtual "
                           "host", NULL);
    }
    if ((error = msw_read_handler(cmd, word, &h))
        || (interpreter != NULL
            && (error = check_interpreter(cmd, interpreter)))) {
        return error;
    }
    h->interpreter = interpreter;
    push_handler(cmd, &conf->imports, h);
    return NULL;
}

/* ---- Other directives --------------------------------------------------- */

/* A flag of the directory's configuration; its offset is the directive's
 * info. Off is stored as such, so that it overrides an outer On. */
static const char *set_flag(cmd_parms *cmd, void *config, int on)
{
    char *conf = (char *)directory_config(cmd, config);

    *(int *)(conf + (apr_uintptr_t)cmd->info) = on ? 1 : 0;
    return NULL;
}

/* Says what keeps requests from the shortest way to their handlers. */
static void note_special(msw_dir_config *conf)
{
    conf->special &= MSW_FROM_HTACCESS;
    if (conf->interpreter != NULL || conf->interp_per_directory == 1
        || conf->interp_per_directive == 1) {
        conf->special |= MSW_NAMES_NAMESPACE;
    }
    if (conf->enable_debugger == 1) {
        conf->special |= MSW_AWAITS_DEBUGGER;
    }
}

/* A flag that is one of these. */
static const char *set_special_flag(cmd_parms *cmd, void *config, int on)
{
    set_flag(cmd, config, on);
    note_special(config);
    return NULL;
}

static const char *set_interpreter(cmd_parms *cmd, void *config,
                                   const char *name)
{
    msw_dir_config *conf = directory_config(cmd, config);
    const char *error = check_interpreter(cmd, name);

    if (error == NULL) {
        conf->interpreter = name;
        note_special(conf);
    }
    return error;
}

/* Sections other than directories are merged after .htaccess was read. */
static const char *set_allow_htaccess(cmd_parms *cmd, void *config, int on)
{
    const char *error = ap_check_cmd_context(cmd, NOT_IN_LOCATION
                                                  | NOT_IN_FILES);

    if (error != NULL) {
        return apr_pstrcat(cmd->pool, error, ", where it comes too late for "
                           ".htaccess files; put it in a <Directory> section "
                           "or outside of any", NULL);
    }
    return set_flag(cmd, config, on);
}

static const char *set_server_flag(cmd_parms *cmd, void *config, int on)
{
    char *conf = (char *)server_config(cmd);

    *(int *)(conf + (apr_uintptr_t)cmd->info) = on ? 1 : 0;
    return NULL;
}

/* An absolute path without a trailing slash; relative ones start at
 * ServerRoot. */
static const char *absolute(cmd_parms *cmd, const char *path)
{
    char *full = ap_server_root_relative(cmd->pool, path);
    apr_size_t length;

    if (full == NULL) {
        return NULL;
    }
    for (length = strlen(full); length > 1 && full[length - 1] == '/';) {
        full[--length] = '\0';
    }
    return full;
}

/* A path of the whole server; its offset is the directive's info. */
static const char *set_server_path(cmd_parms *cmd, void *config,
                                   const char *path)
{
    char *conf = (char *)server_config(cmd);
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    const char *full;

    if (error != NULL) {
        return error;
    }
    if (*path == '\0' || (full = absolute(cmd, path)) == NULL) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, ": \"", path,
                           "\" is not a path", NULL);
    }
    *(const char **)(conf + (apr_uintptr_t)cmd->info) = full;
    return NULL;
}

/* A number of bytes, or of KiB, MiB, GiB. */
static const char *set_cache_size(cmd_parms *cmd, void *config,
                                  const char *arg)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    static const char units[] = "kmg";
    const char *unit;
    apr_off_t size;
    char *end;
    int shift = 0;

    if (error != NULL) {
        return error;
    }
    if (!apr_isdigit(*arg)
        || apr_strtoff(&size, arg, &end, 10) != APR_SUCCESS) {
        end = "?";
    }
    else if (*end != '\0' && (unit = strchr(units, apr_tolower(*end)))) {
        shift = 10 * (int)(unit - units + 1);
        end++;
    }
    /* More than an exabyte is a mistake, and could not be counted. */
    if (*end != '\0' || size > (APR_INT64_C(1) << 60) >> shift) {
        return "SwiftCacheSize takes a number of bytes, also as 512K, 256M or "
               "2G; 0 sets no bound";
    }
    server_config(cmd)->cache_size = size << shift;
    return NULL;
}

static const char *set_build_timeout(cmd_parms *cmd, void *config,
                                     const char *arg)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    apr_interval_time_t timeout;

    if (error != NULL) {
        return error;
    }
    if (ap_timeout_parameter_parse(arg, &timeout, "s") != APR_SUCCESS
        || timeout < apr_time_from_sec(1)
        || timeout > apr_time_from_sec(3600)) {
        return "SwiftBuildTimeout takes a time between 1 second and 1 hour: "
               "30, 30s, 2min";
    }
    server_config(cmd)->build_timeout = timeout;
    return NULL;
}

/* How often, at most, anything of traps can be counted. */
#define MOST_TRAPS 1000000

/* A number from 0 to MOST_TRAPS; -1 where the text is none. */
static int parse_count(const char *text)
{
    char *end;
    apr_int64_t number = apr_strtoi64(text, &end, 10);

    return apr_isdigit(*text) && *end == '\0' && number <= MOST_TRAPS
        ? (int)number : -1;
}

static const char *set_trap_drain(cmd_parms *cmd, void *config,
                                  const char *arg)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    if (error != NULL) {
        return error;
    }
    if ((server_config(cmd)->trap_drain = parse_count(arg)) < 0) {
        return "SwiftTrapDrain takes the number of traps after which a child "
               "is replaced, up to 1000000; 0 never replaces one";
    }
    return NULL;
}

/* "N seconds", or "0". */
static const char *set_trap_limit(cmd_parms *cmd, void *config,
                                  const char *limit, const char *window)
{
    msw_dir_config *conf = directory_config(cmd, config);
    int traps = parse_count(limit);
    apr_interval_time_t time = apr_time_from_sec(60);

    if (traps < 0 || (traps > 0 && window == NULL)
        || (window != NULL
            && (ap_timeout_parameter_parse(window, &time, "s") != APR_SUCCESS
                || time < apr_time_from_sec(1)
                || time > apr_time_from_sec(86400)))) {
        return "SwiftTrapLimit takes a number of traps, up to 1000000, and a "
               "time between 1 second and 24 hours: 10 60, 10 5min; 0 alone "
               "sets no limit";
    }
    conf->trap_limit = traps;
    conf->trap_limit_seconds = (int)apr_time_sec(time);
    return NULL;
}

/* "N" seconds, or with a unit; "0" and "none" set no limit. */
static const char *set_timeout(cmd_parms *cmd, void *config, const char *arg)
{
    msw_dir_config *conf = directory_config(cmd, config);
    apr_interval_time_t timeout = 0;

    if (ap_cstr_casecmp(arg, "none") != 0
        && (!apr_isdigit(*arg)
            || ap_timeout_parameter_parse(arg, &timeout, "s") != APR_SUCCESS
            || timeout > apr_time_from_sec(86400))) {
        return "SwiftTimeout takes a time up to 24 hours: 30, 30s, 500ms, "
               "2min; 0 or none sets no limit";
    }
    conf->timeout = timeout;
    return NULL;
}

/* The directories replace those of an outer section and of an earlier line. */
static const char *set_path(cmd_parms *cmd, void *config, int argc,
                            char *const argv[])
{
    msw_dir_config *conf = directory_config(cmd, config);
    apr_array_header_t *path;
    const char *full;
    int i;

    if (argc == 0) {
        return "SwiftPath takes one directory or more, in the order in which "
               "they are searched";
    }
    path = apr_array_make(cmd->pool, argc, sizeof(const char *));
    for (i = 0; i < argc; i++) {
        if (*argv[i] == '\0' || (full = absolute(cmd, argv[i])) == NULL) {
            return apr_pstrcat(cmd->pool, "SwiftPath: \"", argv[i],
                               "\" is not a path", NULL);
        }
        APR_ARRAY_PUSH(path, const char *) = full;
    }
    conf->path = path;
    return NULL;
}

/* RAW_ARGS, since httpd's own forms take an empty value for none. */
static const char *set_option(cmd_parms *cmd, void *config, const char *args)
{
    msw_dir_config *conf = directory_config(cmd, config);
    const char *key = ap_getword_conf(cmd->pool, &args);
    const char *value = *args ? ap_getword_conf(cmd->pool, &args) : NULL;

    if (*key == '\0' || *args != '\0') {
        return "SwiftOption takes a key and a value, which may be \"\"; a key "
               "alone takes the option away again";
    }
    if (conf->options == NULL) {
        conf->options = apr_table_make(cmd->pool, 4);
    }
    apr_table_setn(conf->options, key, value ? value : MSW_OPTION_REMOVED);
    return NULL;
}

#define PHASE(phase) ((void *)(apr_uintptr_t)(phase))
#define DIR_FIELD(field) ((void *)offsetof(msw_dir_config, field))
#define SERVER_FIELD(field) ((void *)offsetof(msw_server_config, field))

/* Access control, which AllowOverride AuthConfig is about. */
#define OR_ACCESS (RSRC_CONF | OR_AUTHCFG)

/* How the help of most Swift*Handler directives begins. */
#define HANDLERS "handler [handler ...] [ | .ext [.ext ...] ]: Swift functions "

const command_rec msw_directives[] = {
    AP_INIT_RAW_ARGS("SwiftHandler", set_handlers, PHASE(MSW_PHASE_CONTENT),
        OR_ALL, HANDLERS "that answer requests whose handler is mod_swift"),
    AP_INIT_RAW_ARGS("SwiftPostReadRequestHandler", set_handlers,
        PHASE(MSW_PHASE_POST_READ_REQUEST), RSRC_CONF | ACCESS_CONF,
        "handler [handler ...]: Swift functions called when a request was "
        "read"),
    AP_INIT_RAW_ARGS("SwiftQuickHandler", set_handlers,
        PHASE(MSW_PHASE_QUICK), RSRC_CONF | ACCESS_CONF,
        "handler [handler ...]: Swift functions that may answer before "
        "anything else is done"),
    AP_INIT_RAW_ARGS("SwiftTransHandler", set_handlers,
        PHASE(MSW_PHASE_TRANS), RSRC_CONF | ACCESS_CONF,
        "handler [handler ...]: Swift functions that find the file of a URI"),
    AP_INIT_RAW_ARGS("SwiftMapToStorageHandler", set_handlers,
        PHASE(MSW_PHASE_MAP_TO_STORAGE), RSRC_CONF | ACCESS_CONF,
        "handler [handler ...]: Swift functions that say which requests are "
        "for no file: no <Directory> applies to them"),
    AP_INIT_RAW_ARGS("SwiftHeaderParserHandler", set_handlers,
        PHASE(MSW_PHASE_HEADER_PARSER), OR_ALL,
        HANDLERS "called as soon as the directory is known"),
    AP_INIT_RAW_ARGS("SwiftInitHandler", set_handlers,
        PHASE(MSW_PHASE_INIT), OR_ALL,
        HANDLERS "called before those of all other phases"),
    AP_INIT_RAW_ARGS("SwiftAccessHandler", set_handlers,
        PHASE(MSW_PHASE_ACCESS), OR_ACCESS,
        HANDLERS "that say whether a client may come here"),
    AP_INIT_RAW_ARGS("SwiftAuthenHandler", set_handlers,
        PHASE(MSW_PHASE_AUTHEN), OR_ACCESS,
        HANDLERS "that find out who the user is"),
    AP_INIT_RAW_ARGS("SwiftAuthzHandler", set_handlers,
        PHASE(MSW_PHASE_AUTHZ), OR_ACCESS,
        HANDLERS "that say whether the user may come here"),
    AP_INIT_RAW_ARGS("SwiftTypeHandler", set_handlers,
        PHASE(MSW_PHASE_TYPE), OR_ALL,
        HANDLERS "that find the type of a file"),
    AP_INIT_RAW_ARGS("SwiftFixupHandler", set_handlers,
        PHASE(MSW_PHASE_FIXUP), OR_ALL,
        HANDLERS "called last before the answer is made"),
    AP_INIT_RAW_ARGS("SwiftLogHandler", set_handlers,
        PHASE(MSW_PHASE_LOG), OR_ALL,
        HANDLERS "called when the answer was sent"),
    AP_INIT_RAW_ARGS("SwiftCleanupHandler", set_handlers,
        PHASE(MSW_PHASE_CLEANUP), OR_ALL,
        HANDLERS "called when a request is over"),
    AP_INIT_RAW_ARGS("SwiftHandlerModule", set_handler_module, NULL,
        OR_ACCESS, "module [module ...] [ | .ext [.ext ...] ]: Swift modules "
        "whose functions of default names are called in all phases"),
    AP_INIT_FLAG("SwiftAuthoritative", set_flag, DIR_FIELD(authoritative),
        OR_ACCESS, "Off: where a SwiftAuthenHandler says 401, the modules "
        "behind it are asked"),
    AP_INIT_RAW_ARGS("SwiftAuthnProvider", msw_set_authn_provider, NULL,
        RSRC_CONF, "name handler [handler]: Swift functions that know users, "
        "for AuthBasicProvider and AuthDigestProvider"),
    AP_INIT_RAW_ARGS("SwiftAuthzProvider", msw_set_authz_provider, NULL,
        RSRC_CONF, "name handler: a Swift function that decides, for Require"),
    AP_INIT_RAW_ARGS("SwiftPreConnectionHandler", set_connection_handlers,
        SERVER_FIELD(pre_connection_handlers), RSRC_CONF,
        "handler [handler ...]: Swift functions that say whether a client may "
        "connect"),
    AP_INIT_RAW_ARGS("SwiftConnectionHandler", set_connection_handlers,
        SERVER_FIELD(connection_handlers), RSRC_CONF,
        "handler [handler ...]: Swift functions that speak the protocol of a "
        "server's connections"),
    AP_INIT_TAKE12("SwiftInputFilter", set_filter,
        PHASE(MSW_PHASE_INPUT_FILTER), OR_ALL,
        "handler [name]: a Swift function for SetInputFilter and the like"),
    AP_INIT_TAKE12("SwiftOutputFilter", set_filter,
        PHASE(MSW_PHASE_OUTPUT_FILTER), OR_ALL,
        "handler [name]: a Swift function for SetOutputFilter and the like"),
    AP_INIT_RAW_ARGS("SwiftHookOrder", msw_set_hook_order, NULL,
        RSRC_CONF | ACCESS_CONF, "phase early|middle|late: whether Swift's "
        "handlers of a phase come before or behind those of most modules"),
    AP_INIT_TAKE12("SwiftImport", add_import, NULL,
        RSRC_CONF | ACCESS_CONF, "module[::function] [namespace]: loaded, and "
        "called, in each child before it serves"),
    AP_INIT_TAKE1("SwiftInterpreter", set_interpreter, NULL,
        OR_ALL, "name: the namespace in which handlers run"),
    AP_INIT_FLAG("SwiftInterpPerDirectory", set_special_flag,
        DIR_FIELD(interp_per_directory), OR_ALL,
        "On: each directory of files has a namespace of its own"),
    AP_INIT_FLAG("SwiftInterpPerDirective", set_special_flag,
        DIR_FIELD(interp_per_directive), OR_ALL,
        "On: each directory with directives has a namespace of its own"),
    AP_INIT_TAKE_ARGV("SwiftPath", set_path, NULL,
        OR_ALL, "directories searched for modules after the directive's own"),
    AP_INIT_FLAG("SwiftDebug", set_flag, DIR_FIELD(debug),
        OR_ALL, "On: errors are shown to the client as well as in the log"),
    AP_INIT_FLAG("SwiftEnableDebugger", set_special_flag,
        DIR_FIELD(enable_debugger), RSRC_CONF | ACCESS_CONF,
        "On: a server of one process (httpd -X) waits for a debugger before it "
        "calls a handler"),
    AP_INIT_FLAG("SwiftAutoReload", set_flag, DIR_FIELD(auto_reload),
        OR_ALL, "Off: sources are not looked at again once loaded"),
    AP_INIT_RAW_ARGS("SwiftOption", set_option, NULL,
        OR_ALL, "key [value]: an option for handlers; without a value, takes "
        "it away"),
    AP_INIT_FLAG("SwiftLogNotes", set_flag, DIR_FIELD(log_notes),
        RSRC_CONF | ACCESS_CONF, "On: handler, version and time of a request "
        "are left in its notes, for CustomLog"),
    AP_INIT_FLAG("SwiftAllowHtaccess", set_allow_htaccess,
        DIR_FIELD(allow_htaccess),
        RSRC_CONF | ACCESS_CONF, "On: .htaccess files may run Swift code, "
        "which is native code in the server"),
    AP_INIT_FLAG("SwiftOptimize", set_server_flag, SERVER_FIELD(optimize),
        RSRC_CONF, "Off: handlers are compiled without optimisation"),
    AP_INIT_TAKE1("SwiftCacheDir", set_server_path, SERVER_FIELD(cache_dir),
        RSRC_CONF, "directory for compiled handlers"),
    AP_INIT_TAKE1("SwiftCacheSize", set_cache_size, NULL,
        RSRC_CONF, "how large the directory for compiled handlers may become: "
        "bytes, nK, nM or nG; 0: no bound"),
    AP_INIT_TAKE1("SwiftCompiler", set_server_path, SERVER_FIELD(compiler),
        RSRC_CONF, "path of swiftc"),
    AP_INIT_TAKE1("SwiftBuildTimeout", set_build_timeout, NULL,
        RSRC_CONF, "how long a request waits for a build; seconds, or with a "
        "unit"),
    AP_INIT_TAKE1("SwiftTrapDrain", set_trap_drain, NULL,
        RSRC_CONF, "after how many contained traps a child is replaced; 0: "
        "never"),
    AP_INIT_TAKE12("SwiftTrapLimit", set_trap_limit, NULL,
        RSRC_CONF | ACCESS_CONF, "number of traps and time: a handler that "
        "traps more often answers 503 for that time; 0: no limit"),
    AP_INIT_TAKE1("SwiftTimeout", set_timeout, NULL,
        RSRC_CONF | ACCESS_CONF, "how long a handler may take: seconds, or "
        "with a unit; 0 or none: no limit"),
    { NULL }
};

/* ---- Create and merge --------------------------------------------------- */

void *msw_create_dir_config(apr_pool_t *p, char *directory)
{
    msw_dir_config *conf = apr_pcalloc(p, sizeof(*conf));

    conf->debug = MSW_UNSET;
    conf->auto_reload = MSW_UNSET;
    conf->enable_debugger = MSW_UNSET;
    conf->interp_per_directory = MSW_UNSET;
    conf->interp_per_directive = MSW_UNSET;
    conf->authoritative = MSW_UNSET;
    conf->log_notes = MSW_UNSET;
    conf->allow_htaccess = MSW_UNSET;
    conf->trap_limit = MSW_UNSET;
    conf->timeout = MSW_UNSET;
    return conf;
}

static int listed(const apr_array_header_t *handlers, const char *extension)
{
    int i;

    for (i = 0; i < handlers->nelts; i++) {
        const msw_handler *h = APR_ARRAY_IDX(handlers, i, msw_handler *);
        const char *other = h->extension;

        if (extension == other
            || (extension && other && strcmp(extension, other) == 0)) {
            return 1;
        }
    }
    return 0;
}

/* A phase's handlers are replaced extension by extension: an inner list for
 * ".do", or for any file, takes the place of the outer one for the same. */
static apr_array_header_t *merge_handlers(apr_pool_t *p,
                                          apr_array_header_t *outer,
                                          apr_array_header_t *inner)
{
    apr_array_header_t *merged = apr_array_copy(p, inner);
    int i;

    for (i = 0; i < outer->nelts; i++) {
        msw_handler *h = APR_ARRAY_IDX(outer, i, msw_handler *);

        if (!listed(inner, h->extension)) {
            APR_ARRAY_PUSH(merged, msw_handler *) = h;
        }
    }
    return merged;
}

static void merge_phase(apr_pool_t *p, msw_dir_config *conf,
                        const msw_dir_config *inner, int phase)
{
    unsigned int extended = conf->phases_with_extensions
                            | inner->phases_with_extensions;

    if (conf->handlers[phase] != NULL && (extended & (1u << phase))) {
        conf->handlers[phase] = merge_handlers(p, conf->handlers[phase],
                                               inner->handlers[phase]);
    }
    else {
        conf->handlers[phase] = inner->handlers[phase];
    }
}

static apr_table_t *merge_tables(apr_pool_t *p, const apr_table_t *outer,
                                 const apr_table_t *inner)
{
    apr_table_t *merged = apr_table_copy(p, outer);

    apr_table_overlap(merged, inner, APR_OVERLAP_TABLES_SET);
    return merged;
}

#define INNER_FLAG(field) \
    if (inner->field != MSW_UNSET) conf->field = inner->field
#define INNER_POINTER(field) \
    if (inner->field != NULL) conf->field = inner->field

void *msw_merge_dir_config(apr_pool_t *p, void *base, void *add)
{
    const msw_dir_config *outer = base, *inner = add;
    msw_dir_config *conf;
    unsigned int phases;

    /* Runs for every request, once a section: most have nothing of ours, and
     * of the others only what is set is looked at. */
    if (!inner->is_set) {
        return base;
    }
    if (!outer->is_set) {
        return add;
    }
    conf = apr_pmemdup(p, outer, sizeof(*conf));
    for (phases = inner->phases; phases != 0; phases &= phases - 1) {
        merge_phase(p, conf, inner, __builtin_ctz(phases));
    }
    conf->phases |= inner->phases;
    conf->phases_with_extensions |= inner->phases_with_extensions;
    if (outer->options != NULL && inner->options != NULL) {
        conf->options = merge_tables(p, outer->options, inner->options);
    }
    else {
        INNER_POINTER(options);
    }
    if (outer->input_filters != NULL && inner->input_filters != NULL) {
        conf->input_filters = apr_hash_overlay(p, inner->input_filters,
                                               outer->input_filters);
    }
    else {
        INNER_POINTER(input_filters);
    }
    if (outer->output_filters != NULL && inner->output_filters != NULL) {
        conf->output_filters = apr_hash_overlay(p, inner->output_filters,
                                                outer->output_filters);
    }
    else {
        INNER_POINTER(output_filters);
    }
    INNER_POINTER(path);
    INNER_POINTER(interpreter);
    INNER_FLAG(debug);
    INNER_FLAG(auto_reload);
    INNER_FLAG(enable_debugger);
    INNER_FLAG(interp_per_directory);
    INNER_FLAG(interp_per_directive);
    INNER_FLAG(authoritative);
    INNER_FLAG(log_notes);
    INNER_FLAG(allow_htaccess);
    INNER_FLAG(timeout);
    if (inner->trap_limit != MSW_UNSET) {
        conf->trap_limit = inner->trap_limit;
        conf->trap_limit_seconds = inner->trap_limit_seconds;
    }
    conf->special |= inner->special;
    note_special(conf);
    if (inner->refused != NULL && outer->allow_htaccess != 1) {
        conf->refused = inner->refused;
    }
    return conf;
}

void *msw_create_server_config(apr_pool_t *p, server_rec *s)
{
    msw_server_config *conf = apr_pcalloc(p, sizeof(*conf));

    conf->optimize = MSW_UNSET;
    conf->cache_size = MSW_UNSET;
    conf->build_timeout = MSW_UNSET;
    conf->trap_drain = MSW_UNSET;
    return conf;
}

void *msw_merge_server_config(apr_pool_t *p, void *base, void *add)
{
    const msw_server_config *outer = base, *inner = add;
    msw_server_config *conf = apr_pmemdup(p, outer, sizeof(*conf));

    INNER_POINTER(pre_connection_handlers);
    INNER_POINTER(connection_handlers);
    INNER_POINTER(authn_providers);
    INNER_POINTER(authz_providers);
    conf->imports = inner->imports;
    INNER_FLAG(optimize);
    INNER_POINTER(cache_dir);
    INNER_POINTER(compiler);
    INNER_FLAG(cache_size);
    INNER_FLAG(build_timeout);
    INNER_FLAG(trap_drain);
    return conf;
}
