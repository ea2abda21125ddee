// As much of the C library as a rule needs; see chuishao.c.
#ifndef CHUISHAO_STDLIB_H
#define CHUISHAO_STDLIB_H
#include <stddef.h>
void *malloc(size_t size);
void *realloc(void *old, size_t size);
void free(void *unused);
_Noreturn void abort(void);
#endif
