// SPDX-License-Identifier: Apache-2.0
//
// Handlers need the types that this library speaks of: its import brings them along.

@_exported public import HTTPTypes
