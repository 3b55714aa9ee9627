/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file CApache.h
 * @brief httpd and APR for Swift, and the declarations that the shim and the
 *        library share. Read by gcc (through the shim) and by clang (through
 *        Swift): use only what both accept.
 */
#ifndef MSW_CAPACHE_H
#define MSW_CAPACHE_H

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <httpd.h>
#include <ap_expr.h>
#include <ap_provider.h>
#include <ap_socache.h>
#include <http_config.h>
#include <http_connection.h>
#include <http_core.h>
#include <http_log.h>
#include <http_main.h>
#include <http_protocol.h>
#include <http_request.h>
#include <http_ssl.h>
#include <http_vhost.h>
#include <ap_listen.h>
#include <ap_mpm.h>
#include <mpm_common.h>
#include <mod_auth.h>
#include <apr_dbd.h>
#include <mod_core.h>
#include <mod_dbd.h>
#include <mod_session.h>
#include <mod_status.h>
#include <scoreboard.h>
#include <unixd.h>
#include <util_filter.h>
#include <util_mutex.h>
#include <util_script.h>
#include <util_time.h>

#include <apr_buckets.h>
#include <apr_date.h>
#include <apr_dbm.h>
#include <apr_file_info.h>
#include <apr_global_mutex.h>
#include <apr_md5.h>
#include <apr_optional.h>
#include <apr_portable.h>
#include <apr_random.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <apr_uri.h>
#include <apr_version.h>

#include "msw_cgi.h"
#include "msw_config.h"
#include "msw_crypto.h"
#include "msw_drain.h"
#include "msw_entry.h"
#include "msw_inline.h"
#include "msw_redis.h"
#include "msw_version.h"

#endif /* MSW_CAPACHE_H */
