/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file msw_version.h
 * @brief Values that scripts/configure passes as macros on the command line,
 *        which Swift does not import.
 */
#ifndef MSW_VERSION_H
#define MSW_VERSION_H

/** mod_swift's version, as in "0.1.0". */
static inline const char *msw_version(void)
{
    return MSW_VERSION;
}

/** The version of the Swift compiler that builds the library. */
static inline const char *msw_swift_version(void)
{
    return MSW_SWIFT_VERSION;
}

/** The path of that compiler. */
static inline const char *msw_swiftc(void)
{
    return MSW_SWIFTC;
}

#endif /* MSW_VERSION_H */
