/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_optional.c
 * @brief Functions that other modules find by name: see mod_swift.h.
 */
#include "msw_shim.h"

#include "mod_swift.h"

static int mod_swift_call(request_rec *r, const char *directive,
                          const char *handler, const char *directory)
{
    return msw_library_entry
        ? msw_library_entry->call_handler(r, directive, handler, directory)
        : HTTP_SERVICE_UNAVAILABLE;
}

static void *mod_swift_request(request_rec *r)
{
    return msw_library_entry ? msw_library_entry->request_object(r) : NULL;
}

static void *mod_swift_connection(conn_rec *c)
{
    return msw_library_entry ? msw_library_entry->connection_object(c) : NULL;
}

static void *mod_swift_server(server_rec *s)
{
    return msw_library_entry ? msw_library_entry->server_object(s) : NULL;
}

void msw_register_optional_functions(void)
{
    APR_REGISTER_OPTIONAL_FN(mod_swift_call);
    APR_REGISTER_OPTIONAL_FN(mod_swift_request);
    APR_REGISTER_OPTIONAL_FN(mod_swift_connection);
    APR_REGISTER_OPTIONAL_FN(mod_swift_server);
}
