// SPDX-License-Identifier: Apache-2.0
//
// Handlers need the types in this library's interface; they are imported together with it.

@_exported public import HTTPTypes
