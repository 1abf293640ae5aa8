/* Threads with a small stack, threads that free settings in use, and messages of threads. */
#include "program.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

/* The stack of a thread in the Java virtual machine may be as small as this. */
#define SMALL_STACK ((size_t)512 * 1024)
/* The most that the header promises a call to take, and room for the frames of this program. */
#define PROMISED_STACK ((size_t)(256 + 32) * 1024)
#define PAINT 0xa5

typedef struct {
    const Inputs *inputs;
    const char *setup_path;
} Arguments;

/* Every operation as the first one of its kind, so that it builds its tables on this stack. */
static void *all_on_this_stack(void *data) {
    const Arguments *arguments = data;
    KZGSettings s;
    EXPECT(C_KZG_OK, kzg_load_mainnet_trusted_setup(&s, 9));
    every_operation(arguments->inputs, &s, C_KZG_OK);
    free_trusted_setup(&s);
    EXPECT(C_KZG_OK, kzg_load_trusted_setup_path(&s, arguments->setup_path, 0));
    every_operation(arguments->inputs, &s, C_KZG_OK);
    free_trusted_setup(&s);
    if (!brief) {
        test_loading(arguments->setup_path);
    }
    test_challenges(arguments->inputs);
    return NULL;
}

static void test_small_stack(Arguments *arguments) {
    uint8_t *stack = mmap(
        NULL, SMALL_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0
    );
    CHECK(stack != MAP_FAILED);
    memset(stack, PAINT, SMALL_STACK);
    pthread_t thread;
    pthread_attr_t attributes;
    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstack(&attributes, stack, SMALL_STACK) == 0);
    CHECK(pthread_create(&thread, &attributes, all_on_this_stack, arguments) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    pthread_attr_destroy(&attributes);
    /* Valgrind, under which a run is brief, forbids to read a stack below its pointer. */
    if (!brief) {
        size_t unused = 0;
        while (unused < SMALL_STACK && stack[unused] == PAINT) {
            unused++;
        }
        size_t used = SMALL_STACK - unused;
        printf("a thread that called everything used %zu KiB of stack\n", used / 1024);
        CHECK(used <= PROMISED_STACK);
    }
    munmap(stack, SMALL_STACK);
}

static KZGSettings shared;
static atomic_bool stop;

/* Verifies for as long as the settings are loaded; a call gives the right verdict or is refused. */
static void *use(void *data) {
    const Inputs *in = data;
    bool ok;
    bool right = true;
    while (!atomic_load(&stop)) {
        ok = false;
        C_KZG_RET code =
            verify_kzg_proof(&ok, &in->commitment, &in->z, &in->y, &in->point_proof, &shared);
        right &= code == C_KZG_OK ? ok : code == C_KZG_BADARGS && !ok;
    }
    return right ? NULL : data;
}

static void test_free_in_use(const Inputs *inputs) {
    enum { THREADS = 3, ROUNDS = 20 };
    pthread_t threads[THREADS];
    KZGSettings owner;
    bool ok;
    memset(&shared, 0, sizeof(shared));
    /* The threads use one struct from before it is loaded until after it is freed. The library's own
     * accesses to a struct in use are those of free_trusted_setup, so the struct is loaded first. */
    EXPECT(C_KZG_OK, kzg_load_mainnet_trusted_setup(&shared, 0));
    owner = shared;
    atomic_store(&stop, false);
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, use, (void *)inputs) == 0);
    }
    for (size_t i = 0; i < ROUNDS; i++) {
        VERDICT(
            true,
            verify_kzg_proof(
                &ok, &inputs->commitment, &inputs->z, &inputs->y, &inputs->point_proof, &owner
            )
        );
    }
    free_trusted_setup(&shared);
    for (size_t i = 0; i < ROUNDS; i++) {
        REFUSED(
            verify_kzg_proof(
                &ok, &inputs->commitment, &inputs->z, &inputs->y, &inputs->point_proof, &owner
            )
        );
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < THREADS; i++) {
        void *wrong;
        CHECK(pthread_join(threads[i], &wrong) == 0);
        CHECK(wrong == NULL);
    }
}

/* A thread has no message of another one. */
static void *own_message(void *data) {
    (void)data;
    CHECK(kzg_last_error()[0] == '\0');
    CHECK(kzg_load_mainnet_trusted_setup(NULL, 0) == C_KZG_BADARGS);
    CHECK(error_names("NULL"));
    return NULL;
}

void test_threads(const Inputs *inputs, const char *setup_path) {
    Arguments arguments = {inputs, setup_path};
    KZGSettings s;
    pthread_t thread;
    test_small_stack(&arguments);
    test_free_in_use(inputs);
    CHECK(kzg_load_mainnet_trusted_setup(&s, 16) == C_KZG_BADARGS);
    CHECK(pthread_create(&thread, NULL, own_message, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(error_names("16"));
    EXPECT(C_KZG_OK, kzg_load_mainnet_trusted_setup(&s, 0));
    free_trusted_setup(&s);
}
