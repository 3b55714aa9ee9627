# SPDX-License-Identifier: Apache-2.0
#
# Reads /proc/PID/smaps, writes "what<TAB>Pss<TAB>private, written to" in KB for
# each kind of mapping.

function basename(path) { sub(/.*\//, "", path); return path }

# The mapping that ends here.
function count() {
    if (kind != "") {
        if (library) {
            part = code ? "code" : anonymous > 0 ? "relocated data" : "constants, symbols"
            # Small ones are not worth three lines.
            if (kind !~ /^lib(swiftCore|ModSwift)$/) { part = "" }
        }
        key = part == "" ? kind : kind ": " part
        pss[key] += its_pss
        dirty[key] += its_dirty
    }
    its_pss = its_dirty = anonymous = 0
    part = ""
}

# address permissions offset device inode path
/^[0-9a-f]+-[0-9a-f]+ / {
    count()
    split($1, ends, "-")
    start = ends[1]
    name = basename($6)
    code = $2 ~ /x/
    library = 0
    if (name ~ /^libswiftCore\./) { kind = "libswiftCore"; library = 1 }
    else if (name ~ /^libModSwift\./) { kind = "libModSwift"; library = 1 }
    else if (name ~ /^libswift_Concurrency\./) { kind = "libswift_Concurrency" }
    else if (name ~ /^lib(dispatch|BlocksRuntime)\./) { kind = "libdispatch" }
    else if (name ~ /^libswift/) { kind = "other libraries of the Swift runtime" }
    else if (name ~ /^libstdc\+\+\./) { kind = "libstdc++" }
    else if (name ~ /^mod_(swift|hello_c)\./ || $6 ~ /\/cache\//) { kind = "the module and the compiled handler" }
    else if (name == "[heap]") { kind = "heap" }
    else if ($6 ~ /^\//) { kind = "libraries of httpd and of the system" }
    # An arena of malloc begins at a multiple of 64 MB. The kernel joins a thread's stack with other
    # memory beside it.
    else if (start ~ /[048c]000000$/) { kind = "arenas of malloc" }
    else { kind = "stacks of threads, pools" }
    next
}
/^Pss:/ { its_pss = $2 }
/^Private_Dirty:/ { its_dirty = $2 }
/^Anonymous:/ { anonymous = $2 }

END {
    count()
    for (key in pss) { printf "%s\t%d\t%d\n", key, pss[key], dirty[key] }
}
