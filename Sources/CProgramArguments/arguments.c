/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file arguments.c
 * @brief The C library passes the arguments of main() to constructors, too.
 */
#include "CProgramArguments.h"

#include <stddef.h>

static int count;
static char **arguments;

static void __attribute__((constructor)) keep(int argc, char **argv)
{
    count = argc;
    arguments = argv;
}

int msw_argument_count(void)
{
    return count;
}

const char *msw_argument(int index)
{
    return index >= 0 && index < count ? arguments[index] : NULL;
}
