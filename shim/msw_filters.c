/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_filters.c
 * @brief The filters that httpd knows by name: one for all filters that code
 *        adds, and one for each name in SwiftInputFilter and SwiftOutputFilter.
 */
#include "msw_shim.h"

#include <apr_strings.h>
#include <http_core.h>
#include <util_filter.h>

#include <string.h>

/* ---- Output filters ----------------------------------------------------- */

/* mod_filter (AddOutputFilterByType, FilterProvider) calls a filter's function
 * with its own record, so that only the function identifies the filter.
 * Therefore each name has its own function, and there are at most 64 names. */
#define OCTAL_DIGITS(m, n) \
    m(n##0) m(n##1) m(n##2) m(n##3) m(n##4) m(n##5) m(n##6) m(n##7)
#define SLOTS(m) \
    OCTAL_DIGITS(m, 00) OCTAL_DIGITS(m, 01) OCTAL_DIGITS(m, 02) \
    OCTAL_DIGITS(m, 03) OCTAL_DIGITS(m, 04) OCTAL_DIGITS(m, 05) \
    OCTAL_DIGITS(m, 06) OCTAL_DIGITS(m, 07)
#define SLOT_COUNT 64

/* Lower case; in the pool of the configuration, and set again with it. */
static const char *slot_names[SLOT_COUNT];
static int used_slots;

static apr_status_t call_output(ap_filter_t *f, apr_bucket_brigade *bb,
                                const char *name)
{
    return msw_library_entry ? msw_library_entry->output_filter(f, bb, name)
                             : ap_pass_brigade(f->next, bb);
}

#define DEFINE_SLOT(n) \
    static apr_status_t output_##n(ap_filter_t *f, apr_bucket_brigade *bb) \
    { \
        return call_output(f, bb, slot_names[n]); \
    }
SLOTS(DEFINE_SLOT)

#define SLOT_FUNCTION(n) output_##n,
static const ap_out_filter_func slot_functions[SLOT_COUNT] = {
    SLOTS(SLOT_FUNCTION)
};

static apr_status_t output_added(ap_filter_t *f, apr_bucket_brigade *bb)
{
    return call_output(f, bb, NULL);
}

static int has_slot(const char *name)
{
    int i;

    for (i = 0; i < used_slots; i++) {
        if (strcmp(slot_names[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* ---- Input filters ------------------------------------------------------ */

static apr_status_t call_input(ap_filter_t *f, apr_bucket_brigade *bb,
                               ap_input_mode_t mode, apr_read_type_e block,
                               apr_off_t readbytes, const char *name)
{
    return msw_library_entry
        ? msw_library_entry->input_filter(f, bb, mode, block, readbytes, name)
        : ap_get_brigade(f->next, bb, mode, block, readbytes);
}

static apr_status_t input_added(ap_filter_t *f, apr_bucket_brigade *bb,
                                ap_input_mode_t mode, apr_read_type_e block,
                                apr_off_t readbytes)
{
    return call_input(f, bb, mode, block, readbytes, NULL);
}

static apr_status_t input_named(ap_filter_t *f, apr_bucket_brigade *bb,
                                ap_input_mode_t mode, apr_read_type_e block,
                                apr_off_t readbytes)
{
    return call_input(f, bb, mode, block, readbytes, f->frec->name);
}

/* ---- Registration ------------------------------------------------------- */

/* If two modules register a name, httpd uses the later one for the whole
 * server, without a message. */
static const char *taken(cmd_parms *cmd, const char *name)
{
    return apr_pstrcat(cmd->pool, cmd->cmd->name, ": another module has a "
                       "filter \"", name, "\" already; choose another name",
                       NULL);
}

static const char *register_output(cmd_parms *cmd, const char *name)
{
    if (has_slot(name)) {
        return NULL;
    }
    if (ap_get_output_filter_handle(name) != NULL) {
        return taken(cmd, name);
    }
    if (used_slots == SLOT_COUNT) {
        return apr_psprintf(cmd->pool, "%s: there are output filters of %d "
                            "names already, and no more can be had; sections "
                            "may use the same name for different handlers",
                            cmd->cmd->name, SLOT_COUNT);
    }
    slot_names[used_slots] = name;
    ap_register_output_filter(name, slot_functions[used_slots++], NULL,
                              AP_FTYPE_RESOURCE);
    return NULL;
}

static const char *register_input(cmd_parms *cmd, const char *name)
{
    const ap_filter_rec_t *record = ap_get_input_filter_handle(name);

    if (record == NULL) {
        ap_register_input_filter(name, input_named, NULL, AP_FTYPE_RESOURCE);
    }
    else if (record->filter_func.in_func != input_named) {
        return taken(cmd, name);
    }
    return NULL;
}

void msw_register_filter_name(const char *name, int is_input)
{
    if (is_input) {
        if (ap_get_input_filter_handle(name) == NULL) {
            ap_register_input_filter(name, input_named, NULL,
                                     AP_FTYPE_RESOURCE);
        }
    }
    else if (!has_slot(name) && ap_get_output_filter_handle(name) == NULL
             && used_slots < SLOT_COUNT) {
        slot_names[used_slots] = name;
        ap_register_output_filter(name, slot_functions[used_slots++], NULL,
                                  AP_FTYPE_RESOURCE);
    }
}

const char *msw_register_filter(cmd_parms *cmd, const char *name, int is_input)
{
    return is_input ? register_input(cmd, name) : register_output(cmd, name);
}

void msw_register_added_filters(void)
{
    /* The configuration is about to be read, perhaps again. */
    used_slots = 0;
    ap_register_output_filter(MSW_FILTER_NAME, output_added, NULL,
                              AP_FTYPE_RESOURCE);
    ap_register_input_filter(MSW_FILTER_NAME, input_added, NULL,
                             AP_FTYPE_RESOURCE);
    ap_register_output_filter(MSW_CONNECTION_FILTER_NAME, output_added, NULL,
                              AP_FTYPE_CONNECTION);
    ap_register_input_filter(MSW_CONNECTION_FILTER_NAME, input_added, NULL,
                             AP_FTYPE_CONNECTION);
}
