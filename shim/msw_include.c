/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_include.c
 * @brief The element in pages of mod_include that calls a handler:
 *        <!--#swift exec="module::function" -->
 */
#include "msw_shim.h"

#include <apr_optional.h>
#include <apr_strings.h>
#include <http_log.h>
#include <mod_include.h>

APLOG_USE_MODULE(swift);

static APR_OPTIONAL_FN_TYPE(ap_ssi_get_tag_and_value) *get_tag_and_value;
static APR_OPTIONAL_FN_TYPE(ap_ssi_parse_string) *parse_string;

/* The only, required parameter; NULL if it is invalid, which is logged. */
static const char *handler_word(include_ctx_t *ctx, request_rec *r)
{
    char *tag = NULL, *value = NULL;

    if (ctx->argc == 1) {
        get_tag_and_value(ctx, &tag, &value, 1);
    }
    if (tag != NULL && strcmp(tag, "eval") == 0) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "MSW0541: #swift eval in %s: Swift is compiled, not "
                      "evaluated; put the expression into a function and name "
                      "that in exec", r->filename);
        return NULL;
    }
    if (tag == NULL || strcmp(tag, "exec") != 0 || value == NULL || !*value) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "MSW0541: #swift in %s takes one parameter: "
                      "exec=\"module::function\"", r->filename);
        return NULL;
    }
    value = parse_string(ctx, value, NULL, 0, SSI_EXPAND_LEAVE_NAME);
    if (*value == '/' || strstr(value, "..") != NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "MSW0541: #swift exec=\"%s\" in %s: pages name modules "
                      "below SwiftPath only", value, r->filename);
        return NULL;
    }
    return value;
}

static apr_status_t include_swift(include_ctx_t *ctx, ap_filter_t *f,
                                  apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    const char *word;

    if (!(ctx->flags & SSI_FLAG_PRINTING)) {
        return APR_SUCCESS;
    }
    if (ctx->flags & SSI_FLAG_NO_EXEC) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "MSW0540: #swift used but not allowed in %s: \"Options "
                      "IncludesNOEXEC\" is in effect", r->filename);
        word = NULL;
    }
    else {
        word = handler_word(ctx, r);
    }
    if (word == NULL || msw_library_entry == NULL
        || !msw_library_entry->include(r, word, bb)) {
        SSI_CREATE_ERROR_BUCKET(ctx, f, bb);
    }
    return APR_SUCCESS;
}

void msw_register_include(void)
{
    APR_OPTIONAL_FN_TYPE(ap_register_include_handler) *add =
        APR_RETRIEVE_OPTIONAL_FN(ap_register_include_handler);

    get_tag_and_value = APR_RETRIEVE_OPTIONAL_FN(ap_ssi_get_tag_and_value);
    parse_string = APR_RETRIEVE_OPTIONAL_FN(ap_ssi_parse_string);
    if (add != NULL && get_tag_and_value != NULL && parse_string != NULL) {
        add("swift", include_swift);
    }
}
