// SPDX-License-Identifier: Apache-2.0
//
// What Benchmarks/mod_filters_c does, in Swift.

import ModSwift

func pass(_ filter: Filter) throws {
    try filter.passOn()
}

func read(_ filter: Filter) throws {
    try filter.forEachChunk { bytes in filter.write(bytes) }
}
