// As much of the C library as a rule needs; see chuishao.c.
#ifndef CHUISHAO_STRING_H
#define CHUISHAO_STRING_H
#include <stddef.h>
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
#endif
