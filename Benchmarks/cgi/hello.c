/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    printf("Content-Type: text/plain\n\nHello World! %s\n",
           getenv("QUERY_STRING"));
    return 0;
}
