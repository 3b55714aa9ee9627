/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file CProgramArguments.h
 * @brief The arguments of this program. Swift's CommandLine reads them from
 *        /proc, which a chroot or a bare container need not have.
 */
#ifndef MSW_PROGRAM_ARGUMENTS_H
#define MSW_PROGRAM_ARGUMENTS_H

/** The number of arguments, including the program's own name. */
int msw_argument_count(void);

/** An argument; NULL if there is none with this index. */
const char *msw_argument(int index);

#endif /* MSW_PROGRAM_ARGUMENTS_H */
