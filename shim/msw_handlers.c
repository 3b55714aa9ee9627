/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_handlers.c
 * @brief The directives that name Swift functions: handlers, filters,
 *        imports.
 */
#include "msw_directives.h"

#include <apr_fnmatch.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>

#include <string.h>

/* ---- The context of a directive ----------------------------------------- */

/* httpd's own test: in a .htaccess file the two pools are the same. */
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

/* The name in a "<Directory name>" line; NULL if it is a pattern, which
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

/* The real path of the directory that is searched for a handler's module: that
 * of the innermost <Directory> around the directive, or of the .htaccess file.
 * A <Location> or a pattern has none. */
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

/* Every directory directive calls this, so that those in a .htaccess file are
 * marked: such a file lets its author run native code in the server, and is
 * permitted only with SwiftAllowHtaccess On. */
msw_dir_config *msw_config_of_section(cmd_parms *cmd, void *config)
{
    msw_dir_config *conf = config;

    conf->is_set = 1;
    if (in_htaccess(cmd) && !(conf->slow_path & MSW_FROM_HTACCESS)) {
        conf->slow_path |= MSW_FROM_HTACCESS;
        conf->refused = where(cmd);
    }
    return conf;
}

msw_server_config *msw_config_of_server(const cmd_parms *cmd)
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
    if (*h->module == '\0' || h->module[strlen(h->module) - 1] == '/'
        || (h->function && *h->function == '\0')
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
    conf->phases |= MSW_BIT(phase);
    if (extension != NULL) {
        conf->phases_with_extensions |= MSW_BIT(phase);
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
    msw_config_of_section(cmd, conf);
}

/* Finds the | before extensions; one within quotes is part of a name. */
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

/* The extensions after the |, with their dots. NULL if there is no |, or if
 * there is an error. */
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

/* Adds one handler name, for each of the extensions, or for any file. */
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

/* Whether httpd knows neither directory nor file in a phase. */
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

/* Splits a line into the handler names, as text, and the extensions. */
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
const char *msw_set_handlers(cmd_parms *cmd, void *config, const char *args)
{
    msw_dir_config *conf = msw_config_of_section(cmd, config);
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

/* Adds a module to every phase that its directive can apply to; a missing
 * function of a phase's name is not an error. */
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
        /* Phases in which a handler replaces httpd's processing of a request
         * need a directive of their own. */
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
const char *msw_set_handler_module(cmd_parms *cmd, void *config,
                                   const char *args)
{
    msw_dir_config *conf = msw_config_of_section(cmd, config);
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
    msw_need_phase(MSW_PHASE_FIXUP);
    return error;
}

/* A namespace may have any name that can be shown. */
const char *msw_check_interpreter(cmd_parms *cmd, const char *name)
{
    return *name != '\0' && is_handler_word(name) ? NULL
        : apr_pstrcat(cmd->pool, cmd->cmd->name, ": \"", name, "\" is not the "
                      "name of a namespace", NULL);
}

/* SwiftConnectionHandler, SwiftPreConnectionHandler: handler [handler ...]. A
 * connection has no directory: modules are searched along SwiftPath. The
 * directive's info is the offset of the list. */
const char *msw_set_connection_handlers(cmd_parms *cmd, void *config,
                                        const char *args)
{
    apr_array_header_t **list = (apr_array_header_t **)
        ((char *)msw_config_of_server(cmd) + (apr_uintptr_t)cmd->info);
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
    if (list == &msw_config_of_server(cmd)->pre_connection_handlers) {
        msw_need_phase(MSW_PHASE_PRE_CONNECTION);
    }
    return check_count(cmd, handlers);
}

/* ---- Swift*Filter ------------------------------------------------------- */

/* httpd's directives separate filters by ";". */
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

/* handler [name]; the default name is the handler's text. */
const char *msw_set_filter(cmd_parms *cmd, void *config, const char *word,
                           const char *given)
{
    msw_dir_config *conf = msw_config_of_section(cmd, config);
    int is_input = (msw_phase)(apr_uintptr_t)cmd->info
                   == MSW_PHASE_INPUT_FILTER;
    apr_hash_t **filters = is_input ? &conf->input_filters
                                    : &conf->output_filters;
    char *name = apr_pstrdup(cmd->pool, given ? given : word);
    msw_handler *h;
    const char *error = msw_read_handler(cmd, word, &h);

    if (in_htaccess(cmd)) {
        /* httpd registers filters permanently, for the whole server. */
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
    if (is_input) {
        /* Any code that reads a body, in any phase, calls it. */
        msw_need_phase(MSW_PHASE_FIXUP);
    }
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
const char *msw_add_import(cmd_parms *cmd, void *config, const char *word,
                           const char *interpreter)
{
    msw_server_config *conf = msw_config_of_server(cmd);
    const char *error = ap_check_cmd_context(cmd, NOT_IN_DIR_CONTEXT);
    msw_handler *h;

    if (error != NULL) {
        return apr_pstrcat(cmd->pool, error, ": children import before there "
                           "is a request; put it into the server or a virtual "
                           "host", NULL);
    }
    if ((error = msw_read_handler(cmd, word, &h))
        || (interpreter != NULL
            && (error = msw_check_interpreter(cmd, interpreter)))) {
        return error;
    }
    h->interpreter = interpreter;
    push_handler(cmd, &conf->imports, h);
    return NULL;
}
