// SPDX-License-Identifier: Apache-2.0

import ModSwift

func connectionHandler(_ conn: Connection) async throws {
    while let bytes = try await conn.nextBytes() { conn.write(bytes) }
}
