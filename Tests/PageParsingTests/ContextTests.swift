// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PageParsing

@Suite struct ContextTests {
    /// Pages, and for each of their expressions the letter of its context: text, attribute, url,
    /// name of a url, query of a url, list of urls, script (j), style (c), comment (m), raw.
    @Test(arguments: [
        ("<p><%= x %></p>", "t"),
        ("<%= x %>", "t"),
        ("<p title=\"<%= x %>\">", "a"),
        ("<p title='<%= x %>' lang = \"<%= x %>\"><%= x %>", "aat"),
        ("<P TITLE='<%= x %>'/><%= x %>", "at"),
        ("<a href=\"<%= x %>\">", "u"),
        ("<a href=\"  <%= x %>\">", "u"),
        ("<a href=\"/p/<%= x %>?q=<%= x %>&r=<%= x %>#<%= x %>\">", "aqqq"),
        ("<a href=\"<%= x %><%= x %>\">", "un"),
        ("<a href=\"page<%= x %>.html\">", "n"),
        ("<a href=\"<%= x %>/<%= x %>?<%= x %>\">", "uaq"),
        ("<a href=\"https://<%= x %>/\">", "a"),
        ("<a href=\"mailto:<%= x %>\">", "a"),
        ("<form action='<%= x %>'><img src='<%= x %>'>", "uu"),
        ("<img srcset=\"<%= x %> 1x, <%= x %> 2x\">", "ll"),
        ("<script src=\"/js/<%= x %>.js\"></script>", "a"),
        ("<script src=\"https://h.example/<%= x %>.js\"></script><%= x %>", "at"),
        ("<script>var s = \"<%= x %>\", t = '<%= x %>', u = `<%= x %>`;</script>", "jjj"),
        ("<script>/* \" */ // '\nvar s = '<%= x %>'</script><%= x %>", "jt"),
        ("<script>var r = /[/\"]/; var s = '<%= x %>'</script>", "j"),
        ("<script>var a = b / c; var s = '<%= x %>'; d = e / f</script>", "j"),
        ("<script>`${f(`a`)} <%= x %>`</script>", "j"),
        ("<script>`${ {a: 1}.a }<%= x %>`</script>", "j"),
        ("<script>return /\"/.test('<%= x %>')</script>", "j"),
        ("<script><!-- don't\nvar s = '<%= x %>' //--></script><%= x %>", "jt"),
        ("<script>var s = '<!-- <script> </script> <%= x %>'; --></script><%= x %>", "jt"),
        ("<script>var s = '</scriptx> <%= x %>'</script ><%= x %>", "jt"),
        ("<style>a { content: \"<%= x %>\" } b { background: url('<%= x %>') }</style>", "cc"),
        ("<style>/* ' */ a { content: '\\'<%= x %>' }</style><%= x %>", "ct"),
        ("<p style=\"background: url('<%= x %>')\">", "c"),
        ("<p style='content: &quot;<%= x %>&quot;'>", "c"),
        ("<p onclick=\"f('<%= x %>')\" title='<%= x %>'>", "ja"),
        ("<p onclick='f(&#34;<%= x %>&#x22;, \"<%= x %>\")'>", "jj"),
        ("<title>a <%= x %></title><%= x %>", "at"),
        ("<title>a/<%= x %><a href='</title><%= x %>", "at"),
        ("<textarea><p title=<%= x %></textarea><p title='<%= x %>'>", "aa"),
        ("<!-- <%= x %> --><%= x %>", "mt"),
        ("<!----><%= x %><!--> <%= x %><!-- > <%= x %> --!><%= x %>", "ttmt"),
        ("<!DOCTYPE html><%= x %><?pi ?><%= x %></ ><%= x %></><%= x %>", "tttt"),
        ("a < b <%= x %> < c", "t"),
        ("<svg><title><a href='<%= x %>'></title></svg><title><a href='<%= x %>'></title>", "ua"),
        ("<svg><![CDATA[ <a title=' ]]><%= x %></svg>", "t"),
        ("<![CDATA[ ><%= x %>", "t"),
        ("<svg/><title><p title='<%= x %>'></title>", "a"),
        ("<p title=x/y><%= x %>", "t"),
        ("<p a=b c><%= x %>", "t"),
        ("<p =\"a\"><%= x %>", "t"),
        ("<br/><%= x %>", "t"),
        ("<plaintext><a title='<%= x %>'>", "t"),
        ("<p title=<%= raw(x) %> a='<%= x %>'>", "ra"),
        ("<p <%= raw (attributes) %> a='<%= x %>'><%= x %>", "rat"),
        ("<script>var x = <%= raw(x) %>, y = '<%= x %>'</script>", "rj"),
        ("<<%= raw(x) %> title='<%= x %>'></<%= raw(x) %>><%= x %>", "rart"),
        ("<%= raw(a) + b %><%= raw(a).c %><%= (raw(a)) %><%= raw(a)(b) %><%= rawx(a) %>", "ttttt"),
        ("<%= raw(\"a)\") %><%= raw(f(a)) %><%= raw(a) // yes\n%>", "rrr"),
        ("<%@ page escape=\"off\" %><p title=<%= x %>><%= x %>", "rr"),
        ("<%@ page escape=\"off\" %><%@ page escape=\"on\" %><%= x %>", "t"),
    ])
    func dataHasTheFormOfItsContext(page: String, contexts: String) throws {
        #expect(try translate(page).sinks == contexts)
    }

    @Test(arguments: [
        ("<p title=<%= x %>>", "1:10", "needs quotes"),
        ("<p title=\n<%= x %>>", "2:1", "needs quotes"),
        ("<p title=a<%= x %>>", "1:11", "needs quotes"),
        ("<p <%= x %>>", "1:4", "cannot be an attribute"),
        ("<p a<%= x %>='b'>", "1:5", "cannot be an attribute"),
        ("<<%= x %>>", "1:2", "cannot be the name of a tag"),
        ("</<%= x %>>", "1:3", "cannot be the name of a tag"),
        ("<h<%= x %>>", "1:3", "cannot be the name of a tag"),
        ("<script>var x = <%= x %></script>", "1:17", "data in a script needs quotes"),
        ("<script>// <%= x %></script>", "1:12", "data in a script needs quotes"),
        ("<script>/* <%= x %> */</script>", "1:12", "data in a script needs quotes"),
        ("<script>`${<%= x %>}`</script>", "1:12", "data in a script needs quotes"),
        ("<script>var r = /<%= x %>/</script>", "1:18", "data in a script needs quotes"),
        ("<script>var s = '\\<%= x %>'</script>", "1:19", "data in a script needs quotes"),
        ("<script>/<%= x %>", "1:10", "data in a script needs quotes"),
        ("<SCRIPT TYPE=\"module\">f(<%= x %>)", "1:25", "data in a script needs quotes"),
        ("<svg><script>var s = '<%= x %>'", "1:23", "data in a script needs quotes"),
        ("<style>a { color: <%= x %> }", "1:19", "data in a style sheet needs quotes"),
        ("<style>a { background: url(<%= x %>) }", "1:28", "data in a style sheet needs quotes"),
        ("<style>/* <%= x %> */", "1:11", "data in a style sheet needs quotes"),
        ("<p style=\"color: <%= x %>\">", "1:18", "data in a style attribute needs quotes"),
        ("<p onclick=\"f(<%= x %>)\">", "1:15", "data in an event attribute needs quotes"),
        ("<p onclick=\"f(&apos;<%= x %>&apos; + <%= x %>)\">", "1:38", "in an event attribute"),
        ("<p onclick=\"f(&unknown;'<%= x %>')\">", "1:25", "data in an event attribute"),
        ("<p onclick=\"f('&quot<%= x %>')\">", "1:21", "part of a character reference"),
        ("<a href=\"javascript:f('<%= x %>')\">", "1:24", "would be code"),
        ("<a href=\" Java\tScript:<%= x %>\">", "1:23", "would be code"),
        ("<a href=\"data:text/html,<%= x %>\">", "1:25", "would be code"),
        ("<a href=\"<%= x %>:<%= x %>\">", "1:19", "chosen the scheme"),
        ("<script src=\"<%= x %>\">", "1:14", "choose the server"),
        ("<script src=\"https://<%= x %>/a.js\">", "1:22", "choose the server"),
        ("<script src=\"//<%= x %>/a.js\">", "1:16", "choose the server"),
        ("<base href='<%= x %>'>", "1:13", "choose the server"),
        ("<iframe srcdoc=\"<%= x %>\">", "1:17", "srcdoc"),
        ("<!--<%= x %>-->", "1:5", "where a comment may end"),
        ("<!-- -<%= x %>->", "1:7", "where a comment may end"),
        ("<!-- --!<%= x %>", "1:9", "where a comment may end"),
        ("<!<%= x %>>", "1:3", "markup declaration"),
        ("<!DOCTYPE <%= x %>>", "1:11", "markup declaration"),
        ("<svg><![CDATA[ <%= x %> ]]>", "1:16", "markup declaration"),
        ("<title><<%= x %></title>", "1:9", "part of a tag"),
        ("<textarea></textar<%= x %>></textarea>", "1:19", "part of a tag"),
    ])
    func dataWithoutASafeFormIsRefused(page: String, place: String, part: String) {
        let fault = fault(of: page) ?? "no fault"
        #expect(fault.hasPrefix("\(place): ") && fault.contains(part), "\(fault)")
    }

    /// All paths to a position lead to one context.
    @Test(arguments: [
        ("<% if a { %><p><% } %><%= x %>", "t"),
        ("<a href=\"<% if a { %>/b<% } %>?c=<%= x %>\">", "q"),
        ("<a href=\"<% if a { %>/b/<% } %><%= x %>\">", "u"),
        ("<a href=\"<% if a { %>/b/<% } else { %>/c/<% } %><%= x %>\">", "a"),
        ("<p <% if a { %>class=\"a\"<% } %> title=\"<%= x %>\">", "a"),
        ("<option <% if a { %>selected<% } %>><%= x %>", "t"),
        ("<option <% if a { %>selected<% } %> value='<%= x %>'>", "a"),
        ("<p class=\"a<% if a { %> b<% } %> <%= x %>\">", "a"),
        ("<% if a { %><a href=\"<% } else { %><a href=\"/<% } %><%= x %>\">", "u"),
        (
            "<% if a { %><p title='<% } else if b { %><p title='x<% } else { %><p title='<% } %><%= x %>'>",
            "a"
        ),
        ("<% switch a { %>\n <% case 1: %><p title='a'><% default: break } %><%= x %>", "t"),
        ("<% switch a { case 1: %><p title='<% default: %><p title='b<% } %><%= x %>'>", "a"),
        ("<% for a in b { %><% if c { continue } %><p title='<%= x %>'><% } %>", "a"),
        ("<% while a { %><% switch b { %><% default: break %><% } %><% } %><%= x %>", "t"),
        ("<p title='<% if a { return } %><%= x %>'>", "a"),
        ("<% do { %><%= try x %><% } catch { %><%= x %><% } %>", "tt"),
        ("<% func f() { %><li title='<%= x %>'><% } %><%= x %>", "at"),
        ("<% a.forEach { b in %><i><%= x %></i><% } %>", "t"),
        ("<% guard let a else { return } %><p title='<%= x %>'>", "a"),
        ("<% if case .a = b { %><p><% } %><%= x %>", "t"),
        ("<script><% if a { %>var s = '<%= x %>';<% } %></script>", "j"),
        ("<% #if DEBUG %><p><% #else %><i><% #endif %><%= x %>", "t"),
    ])
    func blocksKeepTheContext(page: String, contexts: String) throws {
        #expect(try translate(page).sinks == contexts)
    }

    @Test(arguments: [
        ("<% if a { %><p title='<% } %><%= x %>", "1:26: this block ends in the attribute title"),
        ("<p title='<% if a { %>'><% } %><%= x %>", "1:28: this block ends in text"),
        ("<% for a in b { %><script><% } %>", "1:30: this block ends in <script>"),
        (
            "<% if a { %><a href='<% } else { %><p title='<% } %><%= x %>",
            "1:49: this block ends in"
        ),
        ("<script><% if a { %>'<% } %><%= x %>", "1:25: this block ends in <script>"),
        ("<% switch a { case 1: %><p title='<% default: %><p><% } %>", "1:55: this block ends in"),
        (
            "<% for a in b { %><p title='<% if c { continue } %>'><% } %>",
            "1:39: continue here would"
        ),
        ("<% for a in b { %><p title='<% if c { break } %>'><% } %>", "1:39: break here would"),
        ("<% a.forEach { %><p title='<% if c { return } %>'><% } %>", "1:38: return here would"),
        ("<% do { %><p title='<%= try x %>'><% } catch { } %>", "1:25: an error here would end"),
        ("<p <% if a { %>selected<% } %>='b'>", "1:31: this text would go on with an attribute"),
        ("<p <% if a { %>selected<% } %>b>", "1:31: this text would go on with an attribute"),
        ("<% func f() { %><p title='<% } %>", "1:30: this block ends in"),
    ])
    func blocksThatChangeTheContextAreRefused(page: String, expected: String) {
        let fault = fault(of: page) ?? "no fault"
        #expect(fault.hasPrefix(expected), "\(fault)")
    }

    @Test func anIncludedFileGoesOnInTheContextOfItsPlace() throws {
        let page = "<script><%@ include file=\"a.inc\" %></script><%= x %>"
        #expect(try translate(page, ["a.inc": "var s = '<%= x %>';"]).sinks == "jt")
        #expect(fault(of: page, ["a.inc": "\nf(<%= x %>)"])?.hasPrefix("/srv/a.inc:2:3: ") == true)
        let layout = "<%@ include file=\"head.inc\" %><%= x %>\">"
        #expect(try translate(layout, ["head.inc": "<p title=\""]).sinks == "a")
    }
}
