# SPDX-License-Identifier: Apache-2.0
#
# What an HTML5 parser makes of documents: one JSON string a line in, one JSON object a line out.
import json
import sys

import html5lib

for line in sys.stdin:
    tree = html5lib.parse(json.loads(line), treebuilder="etree", namespaceHTMLElements=False)
    elements = [
        {"name": e.tag, "attributes": dict(e.attrib), "text": "".join(e.itertext())}
        for e in tree.iter() if isinstance(e.tag, str)
    ]
    comments = [e.text for e in tree.iter() if not isinstance(e.tag, str)]
    print(json.dumps({"elements": elements, "comments": comments}))
