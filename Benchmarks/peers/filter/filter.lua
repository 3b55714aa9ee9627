-- SPDX-License-Identifier: Apache-2.0
function pass(r)
    coroutine.yield()
    while bucket do
        coroutine.yield(bucket)
    end
end
