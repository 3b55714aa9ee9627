/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_settings.c
 * @brief The directives that take flags, numbers, times, paths.
 */
#include "msw_directives.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>

#include <string.h>

/* A flag of the directory's configuration; the directive's info is its offset.
 * Off is stored as such, so that it overrides an outer On. */
const char *msw_set_flag(cmd_parms *cmd, void *config, int on)
{
    char *conf = (char *)msw_config_of_section(cmd, config);

    *(int *)(conf + (apr_uintptr_t)cmd->info) = on ? 1 : 0;
    return NULL;
}

/* A flag that makes requests use the slower path. */
const char *msw_set_special_flag(cmd_parms *cmd, void *config, int on)
{
    msw_set_flag(cmd, config, on);
    msw_update_slow_path(config);
    return NULL;
}

const char *msw_set_interpreter(cmd_parms *cmd, void *config,
                                const char *name)
{
    msw_dir_config *conf = msw_config_of_section(cmd, config);
    const char *error = msw_check_interpreter(cmd, name);

    if (error == NULL) {
        conf->interpreter = name;
        msw_update_slow_path(conf);
    }
    return error;
}

/* <DirectoryMatch>, or <Directory ~>. */
static int in_pattern_section(const cmd_parms *cmd)
{
    const ap_directive_t *section;

    for (section = cmd->directive->parent; section != NULL;
         section = section->parent) {
        if (ap_cstr_casecmp(section->directive, "<DirectoryMatch") == 0) {
            return 1;
        }
        if (ap_cstr_casecmp(section->directive, "<Directory") == 0) {
            const char *args = section->args;

            return strcmp(ap_getword_conf(cmd->temp_pool, &args), "~") == 0;
        }
    }
    return 0;
}

/* Named sections other than directories are merged after .htaccess has been
 * read. */
const char *msw_set_allow_htaccess(cmd_parms *cmd, void *config, int on)
{
    const char *error = ap_check_cmd_context(cmd, NOT_IN_LOCATION
                                                  | NOT_IN_FILES);

    if (error == NULL && in_pattern_section(cmd)) {
        error = apr_pstrcat(cmd->pool, cmd->cmd->name, " cannot occur within "
                            "a section for a regular expression", NULL);
    }
    if (error != NULL) {
        return apr_pstrcat(cmd->pool, error, ", where it comes too late for "
                           ".htaccess files; put it in a <Directory> section "
                           "or outside of any", NULL);
    }
    return msw_set_flag(cmd, config, on);
}

const char *msw_set_server_flag(cmd_parms *cmd, void *config, int on)
{
    char *conf = (char *)msw_config_of_server(cmd);

    *(int *)(conf + (apr_uintptr_t)cmd->info) = on ? 1 : 0;
    return NULL;
}

/* An absolute path without a trailing slash; relative paths are relative to
 * ServerRoot. */
const char *msw_absolute_path(cmd_parms *cmd, const char *path)
{
    char *full = *path ? ap_server_root_relative(cmd->pool, path) : NULL;
    apr_size_t length;

    if (full == NULL) {
        return NULL;
    }
    for (length = strlen(full); length > 1 && full[length - 1] == '/';) {
        full[--length] = '\0';
    }
    return full;
}

/* A path of the main server or of a virtual host; the directive's info is its
 * offset. */
const char *msw_set_host_path(cmd_parms *cmd, void *config, const char *path)
{
    char *conf = (char *)msw_config_of_server(cmd);
    const char *full;

    if ((full = msw_absolute_path(cmd, path)) == NULL) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, ": \"", path,
                           "\" is not a path", NULL);
    }
    *(const char **)(conf + (apr_uintptr_t)cmd->info) = full;
    return NULL;
}

const char *msw_set_server_path(cmd_parms *cmd, void *config,
                                const char *path)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error != NULL ? error : msw_set_host_path(cmd, config, path);
}

/* A number, or -1; a number of bytes also in KiB, MiB, GiB. More than an
 * exabyte is treated as an error, and would overflow. */
apr_off_t msw_parse_number(const char *text, int is_size)
{
    static const char units[] = "kmg";
    const char *unit;
    apr_off_t number;
    char *end;
    int shift = 0;

    if (!apr_isdigit(*text)
        || apr_strtoff(&number, text, &end, 10) != APR_SUCCESS) {
        return -1;
    }
    if (is_size && *end != '\0' && (unit = strchr(units, apr_tolower(*end)))) {
        shift = 10 * (int)(unit - units + 1);
        end++;
    }
    return *end == '\0' && number <= (APR_INT64_C(1) << 60) >> shift
        ? number << shift : -1;
}

/* A size in bytes, KiB, MiB or GiB. */
const char *msw_set_cache_size(cmd_parms *cmd, void *config,
                               const char *arg)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    if (error != NULL) {
        return error;
    }
    msw_config_of_server(cmd)->cache_size = msw_parse_number(arg, 1);
    if (msw_config_of_server(cmd)->cache_size < 0) {
        return "SwiftCacheSize takes a number of bytes, also as 512K, 256M or "
               "2G; 0 sets no bound";
    }
    return NULL;
}

const char *msw_set_build_timeout(cmd_parms *cmd, void *config,
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
    msw_config_of_server(cmd)->build_timeout = timeout;
    return NULL;
}

/* The maximum for counts related to traps. */
#define MOST_TRAPS 1000000

/* A number from 0 to MOST_TRAPS; -1 if the text is not one. */
static int parse_count(const char *text)
{
    char *end;
    apr_int64_t number = apr_strtoi64(text, &end, 10);

    return apr_isdigit(*text) && *end == '\0' && number <= MOST_TRAPS
        ? (int)number : -1;
}

const char *msw_set_trap_drain(cmd_parms *cmd, void *config,
                               const char *arg)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    if (error != NULL) {
        return error;
    }
    if ((msw_config_of_server(cmd)->trap_drain = parse_count(arg)) < 0) {
        return "SwiftTrapDrain takes the number of traps after which a child "
               "is replaced, up to 1000000; 0 never replaces one";
    }
    return NULL;
}

/* "N seconds", or "0". */
const char *msw_set_trap_limit(cmd_parms *cmd, void *config,
                               const char *limit, const char *window)
{
    msw_dir_config *conf = msw_config_of_section(cmd, config);
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
const char *msw_set_timeout(cmd_parms *cmd, void *config, const char *arg)
{
    msw_dir_config *conf = msw_config_of_section(cmd, config);
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

/* The directories replace those of an outer section and of an earlier
 * directive. */
const char *msw_set_path(cmd_parms *cmd, void *config, int argc,
                         char *const argv[])
{
    msw_dir_config *conf = msw_config_of_section(cmd, config);
    apr_array_header_t *path;
    const char *full;
    int i;

    if (argc == 0) {
        return "SwiftPath takes one directory or more, in the order in which "
               "they are searched";
    }
    path = apr_array_make(cmd->pool, argc, sizeof(const char *));
    for (i = 0; i < argc; i++) {
        if ((full = msw_absolute_path(cmd, argv[i])) == NULL) {
            return apr_pstrcat(cmd->pool, "SwiftPath: \"", argv[i],
                               "\" is not a path", NULL);
        }
        APR_ARRAY_PUSH(path, const char *) = full;
    }
    conf->path = path;
    return NULL;
}

/* RAW_ARGS, because httpd's own forms treat an empty value as missing. */
const char *msw_set_option(cmd_parms *cmd, void *config, const char *args)
{
    msw_dir_config *conf = msw_config_of_section(cmd, config);
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

/* The kind of store and its arguments. The library interprets the arguments;
 * whether the kind exists is checked here. */
const char *msw_set_session_store(cmd_parms *cmd, void *config, int argc,
                                  char *const argv[])
{
    static const struct { const char *name; int least, most; } kinds[] = {
        { "file", 0, 1 }, { "memory", 0, 0 }, { "dbm", 1, 2 },
        { "socache", 1, 1 }, { "redis", 1, 1 }, { "dbd", 0, 1 },
        { "custom", 1, 1 }
    };
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    apr_array_header_t *words;
    apr_size_t kind;
    int i;

    if (error != NULL) {
        return error;
    }
    for (kind = 0; kind < sizeof(kinds) / sizeof(*kinds); kind++) {
        if (argc > 0 && strcasecmp(argv[0], kinds[kind].name) == 0) {
            break;
        }
    }
    if (kind == sizeof(kinds) / sizeof(*kinds)
        || argc - 1 < kinds[kind].least || argc - 1 > kinds[kind].most) {
        return "SwiftSessionStore takes file [directory], memory, dbm file "
               "[type], socache provider[:arguments], redis address, dbd "
               "[table], or custom name";
    }
    words = apr_array_make(cmd->pool, argc, sizeof(const char *));
    APR_ARRAY_PUSH(words, const char *) = kinds[kind].name;
    for (i = 1; i < argc; i++) {
        /* The first argument of these is a path. */
        const char *path = i == 1 && (kind == 0 || kind == 2)
                           ? msw_absolute_path(cmd, argv[i]) : argv[i];

        if (path == NULL) {
            return apr_pstrcat(cmd->pool, "SwiftSessionStore: \"", argv[i],
                               "\" is not a path", NULL);
        }
        APR_ARRAY_PUSH(words, const char *) = path;
    }
    msw_config_of_server(cmd)->session_store = words;
    return NULL;
}
