// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PublisherPaths

@Suite struct ModulePathTests {
    private func path(_ file: String, _ suffixes: [String] = [".swift", ".do"]) -> ModulePath? {
        ModulePath(file: file, suffixes: suffixes)
    }

    @Test func aFileIsItsModuleOrAFunctionOfIndex() {
        #expect(path("/srv/form")?.source == "/srv/form.swift")
        #expect(path("/srv/form")?.index == "/srv/index.swift")
        #expect(path("/srv/form")?.name == "form")
        #expect(path("/form")?.source == "/form.swift")
    }

    @Test func aDirectoryIsItsIndex() {
        #expect(path("/srv/")?.source == "/srv/index.swift")
        #expect(path("/srv/")?.name == nil)
        #expect(path("/")?.source == "/index.swift")
        #expect(path("/srv/")?.directory == "/srv")
        #expect(path("/srv/form.do")?.directory == "/srv")
    }

    @Test func oneSuffixIsLeftOut() {
        #expect(path("/srv/form.swift")?.source == "/srv/form.swift")
        #expect(path("/srv/form.do")?.source == "/srv/form.swift")
        #expect(path("/srv/form.do.swift")?.source == "/srv/form.do.swift")
        #expect(path("/srv/form.html")?.source == "/srv/form.html.swift")
        #expect(path("/srv/a.tar.gz", [".gz", ".tar.gz"])?.source == "/srv/a.swift")
        #expect(path("/srv/2.0")?.source == "/srv/2.0.swift")
    }

    @Test(arguments: [
        "/srv/.swift", "/srv/.hidden", "/srv/_private", "/srv/.", "/srv/..", "/srv/_.do", "form",
        "",
    ])
    func namesThatAreForNobodyAreNoModules(_ file: String) {
        #expect(path(file) == nil)
    }
}
