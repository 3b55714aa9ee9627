// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FormCoding

@Suite struct ParameterizedValueTests {
    private func parsed(_ text: String) -> String? {
        ParameterizedValue(Array(text.utf8)).map { value in
            ([value.value]
                + value.parameters.map { "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))" })
                .joined(separator: "|")
        }
    }

    @Test(arguments: [
        ("Form-Data", "form-data"), (" form-data ; a=b", "form-data|a=b"),
        ("x;;a=b;", "x|a=b"), ("x; a=\"b;c\"; D=e", "x|a=b;c|d=e"), ("x; flag; a=1", "x|a=1"),
        ("x; a=\"q\\\"w\\\\e\\z\"", "x|a=q\"w\\e\\z"),
        ("x; a=\"C:\\dir\\f.txt\"", "x|a=C:\\dir\\f.txt"),
        ("x; a=\"ends\\\"", "x|a=ends\\"), ("x; a=", "x|a="), ("x; a=\"\"", "x|a="),
        ("x; a = \"b\" ; c = d ", "x|a=b|c=d"), ("", ""), ("x; =b", "x|=b"),
    ])
    func parametersAreRead(text: String, expected: String) {
        #expect(parsed(text) == expected)
    }

    @Test(arguments: ["x; a=\"b", "x; a=\"b\"c", "x; a=1; A=2", "x; a=\""])
    func whatCanBeReadInTwoWaysIsRefused(text: String) {
        #expect(parsed(text) == nil)
    }

    @Test(arguments: [
        ("application/x-www-form-urlencoded", FormMediaType.urlencoded),
        ("Application/X-WWW-Form-Urlencoded ; charset=\"", .urlencoded),
        ("multipart/form-data; boundary=a", .multipart(boundary: [97])),
        ("multipart/mixed; boundary=\"a\"", .multipart(boundary: [97])),
        ("multipart/form-data; boundary=\"a", .multipartWithoutBoundary),
        ("multipart/form-data; boundary=a; boundary=b", .multipartWithoutBoundary),
        ("multipart/form-data; boundary=\"\r\n\"", .multipartWithoutBoundary),
        ("text/plain", .other), ("", .other), ("application/x-www-form-urlencodedx", .other),
    ])
    func mediaTypesAreTold(text: String, expected: FormMediaType) {
        #expect(FormMediaType(Array(text.utf8)) == expected)
    }
}
