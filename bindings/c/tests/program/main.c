/*
 * Calls every function of libkzg with good and hostile arguments. The script `test` runs this program
 * plain, under AddressSanitizer and under valgrind.
 *
 *     program TRUSTED_SETUP [brief]
 */
#include "program.h"

/* Prints a part before it runs, so that the output of a crash names it. */
#define PART(call) \
    do { \
        printf("%s\n", #call); \
        fflush(stdout); \
        call; \
    } while (0)

bool brief;
static unsigned passed, failed;

void check(bool condition, const char *text, const char *file, int line) {
    if (condition) {
        passed++;
    } else {
        failed++;
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, text);
    }
}

void expect(C_KZG_RET code, C_KZG_RET actual, const char *text, const char *file, int line) {
    const char *reason = kzg_last_error();
    bool right = actual == code && (reason[0] == '\0') == (actual == C_KZG_OK);
    check(right, text, file, line);
    if (!right) {
        fprintf(stderr, "    code %d, expected %d; message: \"%s\"\n", actual, code, reason);
    }
}

bool error_names(const char *text) {
    return strstr(kzg_last_error(), text) != NULL;
}

int main(int argc, char **argv) {
    KZGSettings s;
    brief = argc == 3 && strcmp(argv[2], "brief") == 0;
    if (argc != 2 && !brief) {
        fprintf(stderr, "usage: program TRUSTED_SETUP [brief]\n");
        return 2;
    }
    CHECK(kzg_last_error()[0] == '\0');
    EXPECT(C_KZG_OK, kzg_load_mainnet_trusted_setup(&s, 0));
    Inputs *inputs = new_inputs(&s, 1);

    PART(test_loading(argv[1]));
    PART(test_settings(inputs));
    PART(test_eip4844(inputs, &s));
    PART(test_eip7594(inputs, &s));
    PART(test_overlap(inputs, &s));
    PART(test_dotnet(argv[1], inputs));
    PART(test_challenges(inputs));
    PART(test_threads(inputs, argv[1]));

    free_trusted_setup(&s);
    free(inputs);
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
