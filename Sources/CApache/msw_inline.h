/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_inline.h
 * @brief Parts of httpd and APR that Swift cannot use: macros, variadics and
 *        bit-fields. Each function names the reason why it exists.
 */
#ifndef MSW_INLINE_H
#define MSW_INLINE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

/** Mutable globals. Sends a child's standard output to the error log, line by
 *  line, like its standard error. Under httpd no process reads a child's
 *  standard output, and libc would buffer it until the child ends. */
static inline void msw_print_to_error_log(void)
{
    if (dup2(STDERR_FILENO, STDOUT_FILENO) != -1) {
        setvbuf(stdout, NULL, _IOLBF, 0);
    }
}

/** Variadic. Logs one line for a request; file is borrowed for the call. */
static inline void msw_log_request(const char *file, int line, int module,
                                   int level, apr_status_t status,
                                   const request_rec *r, const char *text)
{
    ap_log_rerror_(file, line, module, level, status, r, "%s", text);
}

/** Variadic. Logs one line for a server; s may be NULL. */
static inline void msw_log_server(const char *file, int line, int module,
                                  int level, apr_status_t status,
                                  const server_rec *s, const char *text)
{
    ap_log_error_(file, line, module, level, status, s, "%s", text);
}

/** Variadic. Logs one line for a connection. */
static inline void msw_log_connection(const char *file, int line, int module,
                                      int level, apr_status_t status,
                                      const conn_rec *c, const char *text)
{
    ap_log_cerror_(file, line, module, level, status, c, "%s", text);
}

/** Variadic macro: whether a line of this level would be written. */
static inline int msw_log_request_enabled(const request_rec *r, int module,
                                          int level)
{
    return APLOG_R_MODULE_IS_LEVEL(r, module, level);
}

/** Macro. A bucket's data; see apr_bucket_read. */
static inline apr_status_t msw_bucket_read(apr_bucket *b, const char **data,
                                           apr_size_t *length,
                                           apr_read_type_e mode)
{
    return apr_bucket_read(b, data, length, mode);
}

/** Macro. Makes a bucket's data valid as long as a pool. */
static inline apr_status_t msw_bucket_setaside(apr_bucket *b, apr_pool_t *p)
{
    return apr_bucket_setaside(b, p);
}

/** Macros over the brigade's ring. NULL if the brigade has no more. */
static inline apr_bucket *msw_brigade_first(apr_bucket_brigade *bb)
{
    return APR_BRIGADE_EMPTY(bb) ? NULL : APR_BRIGADE_FIRST(bb);
}

/** Macros over the brigade's ring: the bucket after another one. */
static inline apr_bucket *msw_brigade_next(apr_bucket_brigade *bb,
                                           apr_bucket *b)
{
    apr_bucket *next = APR_BUCKET_NEXT(b);

    return next == APR_BRIGADE_SENTINEL(bb) ? NULL : next;
}

static inline int msw_bucket_is_error(const apr_bucket *b)
{
    return AP_BUCKET_IS_ERROR(b);
}

static inline int msw_bucket_is_eos(const apr_bucket *b)
{
    return APR_BUCKET_IS_EOS(b);
}

static inline int msw_bucket_is_flush(const apr_bucket *b)
{
    return APR_BUCKET_IS_FLUSH(b);
}

static inline int msw_bucket_is_metadata(const apr_bucket *b)
{
    return APR_BUCKET_IS_METADATA(b);
}

static inline void msw_bucket_delete(apr_bucket *b)
{
    apr_bucket_delete(b);
}

/** Macro. Splits a bucket in two. */
static inline apr_status_t msw_bucket_split(apr_bucket *b, apr_size_t point)
{
    return apr_bucket_split(b, point);
}

/** Macros: removes a bucket from its brigade, so that the caller owns it; and
 *  destroys it. */
static inline void msw_bucket_remove(apr_bucket *b)
{
    APR_BUCKET_REMOVE(b);
}

static inline void msw_bucket_destroy(apr_bucket *b)
{
    apr_bucket_destroy(b);
}

/** Macro over the ring: moves the buckets before a bucket, or all buckets if
 *  it is the brigade's sentinel, to the end of another brigade. */
static inline void msw_brigade_move_before(apr_bucket_brigade *from,
                                           apr_bucket *end,
                                           apr_bucket_brigade *to)
{
    while (APR_BRIGADE_FIRST(from) != end && !APR_BRIGADE_EMPTY(from)) {
        apr_bucket *b = APR_BRIGADE_FIRST(from);

        APR_BUCKET_REMOVE(b);
        APR_BRIGADE_INSERT_TAIL(to, b);
    }
}

/** Macros: as above, with copies, which share the data. */
static inline apr_status_t msw_brigade_copy_before(
    const apr_bucket_brigade *from, const apr_bucket *end,
    apr_bucket_brigade *to)
{
    for (apr_bucket *b = APR_BRIGADE_FIRST(from);
         b != end && b != APR_BRIGADE_SENTINEL(from); b = APR_BUCKET_NEXT(b)) {
        apr_bucket *copy;
        apr_status_t rv = apr_bucket_copy(b, &copy);

        if (rv != APR_SUCCESS) {
            return rv;
        }
        APR_BRIGADE_INSERT_TAIL(to, copy);
    }
    return APR_SUCCESS;
}

/** Whether a brigade contains only metadata; if end_counts is set, the end of
 *  the stream counts as data. */
static inline int msw_brigade_is_metadata_only(const apr_bucket_brigade *bb,
                                               int end_counts)
{
    const apr_bucket *b;

    for (b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb);
         b = APR_BUCKET_NEXT(b)) {
        if (!APR_BUCKET_IS_METADATA(b)
            || (end_counts && APR_BUCKET_IS_EOS(b))) {
            return 0;
        }
    }
    return 1;
}

/** Macro. Appends a bucket; the brigade owns it from now on. */
static inline void msw_brigade_append(apr_bucket_brigade *bb, apr_bucket *b)
{
    APR_BRIGADE_INSERT_TAIL(bb, b);
}

/** Macro: inserts all buckets of one brigade before those of another. */
static inline void msw_brigade_prepend(apr_bucket_brigade *bb,
                                       apr_bucket_brigade *first)
{
    APR_BRIGADE_PREPEND(bb, first);
}

/** Macros: whether a brigade requests buffered data: a flush or the end. */
static inline int msw_brigade_flushes(const apr_bucket_brigade *bb)
{
    for (const apr_bucket *b = APR_BRIGADE_FIRST(bb);
         b != APR_BRIGADE_SENTINEL(bb); b = APR_BUCKET_NEXT(b)) {
        if (APR_BUCKET_IS_FLUSH(b) || APR_BUCKET_IS_EOS(b)) {
            return 1;
        }
    }
    return 0;
}

/** Macros over the brigade's ring: the sum of its buckets' lengths, as far as
 *  they are known. */
static inline size_t msw_brigade_known_length(const apr_bucket_brigade *bb)
{
    size_t sum = 0;

    for (const apr_bucket *b = APR_BRIGADE_FIRST(bb);
         b != APR_BRIGADE_SENTINEL(bb); b = APR_BUCKET_NEXT(b)) {
        if (b->length != (apr_size_t)-1) {
            sum += b->length;
        }
    }
    return sum;
}

/** Bit-fields: the values of EnableSendfile and EnableMMAP for this request. */
static inline apr_int32_t msw_sendfile_flag(const request_rec *r)
{
    const core_dir_config *d = (const core_dir_config *)
        ap_get_core_module_config(r->per_dir_config);

    return AP_SENDFILE_ENABLED(d->enable_sendfile);
}

static inline int msw_mmap_is_allowed(const request_rec *r)
{
    const core_dir_config *d = (const core_dir_config *)
        ap_get_core_module_config(r->per_dir_config);

    return d->enable_mmap != ENABLE_MMAP_OFF;
}

/** Macros (_GNU_SOURCE): whether the client has closed its connection, or its
 *  sending side; reads nothing and does not wait. An HTTP/2 stream has no
 *  socket of its own: httpd marks it as aborted. */
static inline int msw_connection_is_closed(conn_rec *c)
{
    apr_socket_t *socket = c->master ? NULL : ap_get_conn_socket(c);
    struct pollfd entry = { .events = POLLRDHUP };

    if (c->aborted || socket == NULL
        || apr_os_sock_get(&entry.fd, socket) != APR_SUCCESS) {
        return c->aborted;
    }
    return poll(&entry, 1, 0) > 0;
}

/** apr_os_sock_get takes a system type; -1: there is no socket. */
static inline int msw_connection_descriptor(conn_rec *c)
{
    apr_socket_t *socket = c->master ? NULL : ap_get_conn_socket(c);
    apr_os_sock_t descriptor;

    return socket != NULL && apr_os_sock_get(&descriptor, socket) == APR_SUCCESS
        ? descriptor : -1;
}

/** A global that is unsafe to read in Swift. The amount of freed memory that a
 *  connection keeps for itself; 0: as MaxMemFree says. */
static inline void msw_connection_set_spare_memory(conn_rec *c,
                                                   apr_size_t bytes)
{
    apr_allocator_max_free_set(apr_pool_allocator_get(c->pool),
                               bytes != 0 ? bytes : ap_max_mem_free);
}

/** Names that older headers lack: the state with which process_connection gets
 *  the connection back when there is something to read. */
static inline void msw_connection_park(conn_rec *c)
{
#ifdef AP_MPMQ_CAN_WAITIO
    c->cs->state = CONN_STATE_ASYNC_WAITIO;
    c->cs->sense = CONN_SENSE_WANT_READ;
#endif
}

/** Names that older headers lack: whether the MPM supports that state. */
static inline int msw_mpm_can_wait_for_input(void)
{
    int result = 0;

#ifdef AP_MPMQ_CAN_WAITIO
    if (ap_mpm_query(AP_MPMQ_CAN_WAITIO, &result) != APR_SUCCESS) {
        result = 0;
    }
#endif
    return result;
}

/** Shuts down a connection in both directions, which wakes all threads that
 *  read from it or write to it. */
static inline void msw_shut_down(int descriptor)
{
    shutdown(descriptor, SHUT_RDWR);
}

/** Bit-field: whether the connection was aborted. */
static inline int msw_connection_aborted(const conn_rec *c)
{
    return c->aborted;
}

static inline void msw_connection_abort(conn_rec *c)
{
    c->aborted = 1;
}

/** Bit-field: 1 and -1: the names were verified, with or without success. */
static inline int msw_connection_double_reverse(const conn_rec *c)
{
    return c->double_reverse;
}

/** Macro: whether an errno-like status means that the client has
 *  disconnected. */
static inline int msw_status_is_client_gone(apr_status_t rv)
{
    return APR_STATUS_IS_ECONNABORTED(rv) || APR_STATUS_IS_ECONNRESET(rv)
           || APR_STATUS_IS_EPIPE(rv);
}

static inline int msw_status_is_eof(apr_status_t rv)
{
    return APR_STATUS_IS_EOF(rv);
}

static inline int msw_status_is_eagain(apr_status_t rv)
{
    return APR_STATUS_IS_EAGAIN(rv);
}

/** Macro over per-module slots. */
static inline void *msw_config_get(const ap_conf_vector_t *v, int index)
{
    return ((void **)v)[index];
}

static inline void msw_config_set(ap_conf_vector_t *v, int index, void *value)
{
    ((void **)v)[index] = value;
}

/** Opaque type: a table begins with its array, on which APR's macro
 *  apr_is_empty_table relies, too. Saves the call of apr_table_elts. */
static inline const apr_array_header_t *msw_table_array(const apr_table_t *t)
{
    return (const apr_array_header_t *)t;
}

/** The pool of a table. */
static inline apr_pool_t *msw_table_pool(const apr_table_t *t)
{
    return msw_table_array(t)->pool;
}

/** The index of the next entry with a name, from an index on; -1 if there is
 *  none. Names are compared as in apr_table_get. */
static inline int msw_table_next(const apr_table_t *t, const char *name,
                                 int from)
{
    const apr_array_header_t *array = msw_table_array(t);
    const apr_table_entry_t *entries = (const apr_table_entry_t *)array->elts;
    int i;

    for (i = from; i < array->nelts; i++) {
        const char *key = entries[i].key;

        /* The first letters, without regard to case, differ for most names. */
        if (key != NULL && ((key[0] ^ name[0]) & ~0x20) == 0
            && strcasecmp(key, name) == 0) {
            return i;
        }
    }
    return -1;
}

/** The value of an entry. */
static inline const char *msw_table_value(const apr_table_t *t, int index)
{
    const apr_array_header_t *array = msw_table_array(t);

    return ((const apr_table_entry_t *)array->elts)[index].val;
}

/** Whether an option's value is MSW_OPTION_REMOVED. */
static inline int msw_option_is_removed(const char *value)
{
    return strcmp(value, MSW_OPTION_REMOVED) == 0;
}

/** Pointer arithmetic: the object in a request's slot, without the flag bit. */
static inline void *msw_slot_object(void *slot)
{
    return (void *)((uintptr_t)slot & ~(uintptr_t)MSW_SLOT_HAS_ADDED);
}

static inline int msw_slot_has_added(void *slot)
{
    return ((uintptr_t)slot & MSW_SLOT_HAS_ADDED) != 0;
}

static inline void *msw_slot_with_added(void *slot)
{
    return (void *)((uintptr_t)slot | MSW_SLOT_HAS_ADDED);
}

/** Atomic access to msw_handler.resolved, which workers share. */
static inline void *msw_handler_resolved(const msw_handler *h)
{
    return __atomic_load_n(&h->resolved, __ATOMIC_ACQUIRE);
}

static inline void msw_handler_set_resolved(msw_handler *h, void *value)
{
    __atomic_store_n(&h->resolved, value, __ATOMIC_RELEASE);
}

/** A mutable global, which Swift 6 does not read: User and Group. */
static inline uid_t msw_server_user(void)
{
    return ap_unixd_config.user_id;
}

static inline gid_t msw_server_group(void)
{
    return ap_unixd_config.group_id;
}

/** Mutable globals, which Swift 6 does not read: ServerRoot, the directives as
 *  httpd read them, and its modules (the last element is NULL). */
static inline const char *msw_server_root(void)
{
    return ap_server_root;
}

static inline const char *msw_server_argument(int index)
{
    const process_rec *process = ap_server_conf->process;

    return index < process->argc ? process->argv[index] : NULL;
}

static inline const ap_directive_t *msw_configuration_tree(void)
{
    return ap_conftree;
}

static inline module *const *msw_loaded_modules(void)
{
    return ap_loaded_modules;
}

/** Macros. New memory, all 0, that a fork shares; NULL, and errno in error. */
static inline void *msw_map_shared(size_t size, int *error)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    *error = errno;
    return memory == MAP_FAILED ? NULL : memory;
}

/** A compiler builtin: the return address in the runtime's function that
 *  initialises lazy globals, which has no symbol. */
static void __attribute__((noinline, unused)) msw_note_caller(void *place)
{
    *(uintptr_t *)place = (uintptr_t)__builtin_return_address(0);
}

static inline uintptr_t msw_caller_of_once(void)
{
    typedef void once_function(intptr_t *, void (*)(void *), void *);
    once_function *once = (once_function *)dlsym(RTLD_DEFAULT, "swift_once");
    static intptr_t token;
    static uintptr_t caller;

    if (once != NULL) {
        once(&token, msw_note_caller, &caller);
    }
    return caller;
}

/** The parameters of msw_build_id_of for each image. */
struct msw_build_id_query {
    uintptr_t address;
    char *text;
    size_t size;
};

static inline int msw_image_holds(const struct dl_phdr_info *image,
                                  uintptr_t address)
{
    for (int i = 0; i < image->dlpi_phnum; i++) {
        uintptr_t start = image->dlpi_addr + image->dlpi_phdr[i].p_vaddr;

        if (image->dlpi_phdr[i].p_type == PT_LOAD && address >= start
            && address < start + image->dlpi_phdr[i].p_memsz) {
            return 1;
        }
    }
    return 0;
}

/* Writes the build id from the notes of one segment as hexadecimal. */
static inline void msw_build_id_in_notes(const char *note, const char *end,
                                         char *text, size_t size)
{
    while (note + sizeof(ElfW(Nhdr)) <= end) {
        const ElfW(Nhdr) *header = (const ElfW(Nhdr) *)note;
        const char *name = note + sizeof(*header);
        const unsigned char *id = (const unsigned char *)name
                                  + ((header->n_namesz + 3u) & ~3u);

        if (header->n_type == NT_GNU_BUILD_ID && header->n_namesz == 4
            && memcmp(name, "GNU", 4) == 0 && 2 * header->n_descsz < size) {
            for (unsigned int i = 0; i < header->n_descsz; i++) {
                text[2 * i] = "0123456789abcdef"[id[i] >> 4];
                text[2 * i + 1] = "0123456789abcdef"[id[i] & 15];
            }
            text[2 * header->n_descsz] = '\0';
            return;
        }
        note = (const char *)id + ((header->n_descsz + 3u) & ~3u);
    }
}

static inline int msw_build_id_visit(struct dl_phdr_info *image, size_t size,
                                     void *data)
{
    struct msw_build_id_query *query = (struct msw_build_id_query *)data;

    (void)size;
    if (!msw_image_holds(image, query->address)) {
        return 0;
    }
    for (int i = 0; i < image->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &image->dlpi_phdr[i];
        const char *start = (const char *)(image->dlpi_addr + segment->p_vaddr);

        if (segment->p_type == PT_NOTE) {
            msw_build_id_in_notes(start, start + segment->p_memsz,
                                  query->text, query->size);
        }
    }
    return 1;
}

/** Types and macros of <link.h>. Writes the ELF build id, in hexadecimal, of
 *  the image that contains the address; the text is not changed if there is
 *  none. */
static inline void msw_build_id_of(const void *address, char *text,
                                   size_t size)
{
    struct msw_build_id_query query = { (uintptr_t)address, text, size };

    dl_iterate_phdr(msw_build_id_visit, &query);
}

/** Macro. Whether mod_authn_socache is loaded, which caches credentials. */
static inline int msw_has_credential_cache(void)
{
    return APR_RETRIEVE_OPTIONAL_FN(ap_authn_cache_store) != NULL;
}

/** Macro. Makes mod_authn_socache, if it is loaded and its configuration names
 *  the provider, cache the result for a user; all texts are borrowed for the
 *  call, realm is NULL for passwords. */
static inline void msw_cache_credentials(request_rec *r, const char *provider,
                                         const char *user, const char *realm,
                                         const char *data)
{
    APR_OPTIONAL_FN_TYPE(ap_authn_cache_store) *store =
        APR_RETRIEVE_OPTIONAL_FN(ap_authn_cache_store);

    if (store != NULL) {
        store(r, provider, user, realm, data);
    }
}

/** Macro. mod_dbd's functions; NULL if it is not loaded. */
static inline ap_dbd_t *msw_dbd_open(apr_pool_t *p, server_rec *s)
{
    APR_OPTIONAL_FN_TYPE(ap_dbd_open) *open =
        APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);

    return open != NULL ? open(p, s) : NULL;
}

static inline void msw_dbd_close(server_rec *s, ap_dbd_t *connection)
{
    APR_OPTIONAL_FN_TYPE(ap_dbd_close) *close =
        APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);

    if (close != NULL) {
        close(s, connection);
    }
}

/** Macro. Whether mod_dbd is loaded. */
static inline int msw_has_dbd(void)
{
    return APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open) != NULL;
}

/** Macro. Loads mod_session's session of a request; NULL if it has none. */
static inline session_rec *msw_session_load(request_rec *r,
                                            apr_status_t *status)
{
    APR_OPTIONAL_FN_TYPE(ap_session_load) *load =
        APR_RETRIEVE_OPTIONAL_FN(ap_session_load);
    session_rec *session = NULL;

    *status = load != NULL ? load(r, &session) : APR_ENOTIMPL;
    return session;
}

/** Macro. A value in mod_session; borrowed, valid as long as the request. */
static inline apr_status_t msw_session_get(request_rec *r,
                                           session_rec *session,
                                           const char *key,
                                           const char **value)
{
    APR_OPTIONAL_FN_TYPE(ap_session_get) *get =
        APR_RETRIEVE_OPTIONAL_FN(ap_session_get);

    return get != NULL ? get(r, session, key, value) : APR_ENOTIMPL;
}

/** Macro. Sets a value in mod_session; NULL removes it. Both are copied. */
static inline apr_status_t msw_session_set(request_rec *r,
                                           session_rec *session,
                                           const char *key,
                                           const char *value)
{
    APR_OPTIONAL_FN_TYPE(ap_session_set) *set =
        APR_RETRIEVE_OPTIONAL_FN(ap_session_set);

    return set != NULL
        ? set(r, session, apr_pstrdup(session->pool, key),
              value ? apr_pstrdup(session->pool, value) : NULL)
        : APR_ENOTIMPL;
}

#endif /* MSW_INLINE_H */
