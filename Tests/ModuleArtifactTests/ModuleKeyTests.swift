// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ModuleArtifact

@Suite struct ModuleKeyTests {
    private let inputs = BuildInputs(
        sourcePath: "/srv/www/hello.swift", sources: [.init(bytes: Array("func f() {}".utf8))],
        namespace: "localhost", optimize: true, buildID: "ab12", compilerVersion: "6.3.1",
        libraryDirectory: "/usr/lib/apache2/modules/mod_swift/ab12")

    @Test func digestIsSHA256() {
        // The examples for one block and for an empty message in FIPS 180-2.
        #expect(
            digest(of: Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            digest(of: [])
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func everyInputChangesTheKey() {
        let changes: [(String, (inout BuildInputs) -> Void)] = [
            ("path", { $0.sourcePath += "x" }),
            ("source", { $0.sources[0] = .init(bytes: $0.sources[0].bytes + [10]) }),
            ("name of a file", { $0.sources[0] = .init(name: "a", bytes: $0.sources[0].bytes) }),
            ("second file", { $0.sources.append(.init(name: "b", bytes: [])) }),
            ("import", { $0.imports = [.init(name: "b", key: ModuleKey($0))] }),
            ("name of an import", { $0.imports = [.init(name: "c", key: ModuleKey($0))] }),
            ("namespace", { $0.namespace = "other" }), ("optimize", { $0.optimize = false }),
            ("build id", { $0.buildID = "ab13" }), ("compiler", { $0.compilerVersion = "6.3.2" }),
            ("library", { $0.libraryDirectory = "/opt" }),
        ]
        var keys: Set = [ModuleKey(inputs)]
        for (name, change) in changes {
            var changed = inputs
            change(&changed)
            #expect(keys.insert(ModuleKey(changed)).inserted, "\(name)")
        }
    }

    @Test func aPartCannotBorrowFromItsNeighbour() {
        var left = inputs
        left.namespace = "ab"
        left.buildID = "c"
        var right = inputs
        right.namespace = "a"
        right.buildID = "bc"
        #expect(ModuleKey(left) != ModuleKey(right))
    }

    @Test(arguments: [
        ("/srv/www/hello.swift", "hello", "hello"),
        ("/srv/www/404.swift", "404", "_404"),
        ("/srv/a b/über-uns.swift", "über-uns", "__ber_uns"),
        ("/srv/.swift", "", "_"),
    ])
    func namesFitWhereTheyGo(path: String, display: String, stem: String) {
        let key = ModuleKey(inputs)
        let names = ModuleNames(sourcePath: path, key: key)
        #expect(names.display == display)
        #expect(names.module == "\(stem)_\(key.short)")
        #expect(names.file == "\(stem)-\(key.short).so")
    }

    @Test func onlySixtyFourHexadecimalDigitsAreAKey() {
        let digits = ModuleKey(inputs).hexadecimal
        #expect(ModuleKey(hexadecimal: digits) == ModuleKey(inputs))
        for wrong in [
            "", String(digits.dropLast()), digits + "0", digits.uppercased() + "",
            "../" + digits.dropFirst(3),
        ] {
            #expect(ModuleKey(hexadecimal: wrong) == nil || wrong == digits, "\(wrong)")
        }
    }
}
