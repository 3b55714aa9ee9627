// SPDX-License-Identifier: Apache-2.0

import ModSwiftTesting
import Testing

/// Every case of sessions.jsonl, with every store that supports it.
@Suite(.timeLimit(.minutes(10)))
struct SessionCaseTests {
    @Test(arguments: SessionBackend.allCases)
    func everyCaseHolds(_ backend: SessionBackend) throws {
        guard let kind = backend.server else { return try play(backend, nil) }
        try StoreServer.with(kind) { try play(backend, $0) }
    }

    private func play(_ backend: SessionBackend, _ store: StoreServer?) throws {
        try SessionSite.with(backend, children: 3, storeServer: store) { server throws in
            // Messages that some cases cause on purpose.
            for id in ["MSW0650", "MSW0652", "MSW0653", "MSW0654", "MSW0658"] {
                server.allowLog(containing: id)
            }
            if backend == .redis {
                for text in ["MSW0651", "AH00052", "AH10392"] { server.allowLog(containing: text) }
            }
            var played = 0
            for test in try SessionCase.all() where applies(test, to: backend) {
                try SessionPlay(
                    test, backend, server, stopStore: { store?.stop() },
                    startStore: { try store?.start() }
                ).run()
                // A case may end while the store is stopped.
                try store?.start()
                played += 1
            }
            #expect(played >= (backend == .redis ? 33 : 29))
        }
    }

    private func applies(_ test: SessionCase, to backend: SessionBackend) -> Bool {
        switch test.needs {
        case nil, "lock time-out set to 1 s": true
        case "file or dbm store": backend == .file
        case let needs?: needs.hasPrefix("redis store") && backend == .redis
        }
    }
}
