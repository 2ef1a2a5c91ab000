#include "bulkhead/net/curl_loader.h"

#include <cstdarg>
#include <cstdint>
#include <string>

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>
#include <fmt/format.h>

namespace bulkhead::net {
namespace {

constexpr const char* kLibrary = "libcurl.so.4";  // its interface has been this one since 2006

struct Loaded {
  void* library = nullptr;
  std::string problem;
};

const Loaded& loaded() {
  static const Loaded once = [] {
    Loaded loaded{::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL), {}};
    if (loaded.library == nullptr) {
      const char* why = ::dlerror();
      loaded.problem = why == nullptr ? kLibrary : why;
    }
    return loaded;
  }();
  return once;
}

/// The library's function of that name and type, or null.
template <class Function>
Function* find(const char* name) {
  void* library = loaded().library;
  if (library == nullptr) return nullptr;
  return reinterpret_cast<Function*>(::dlsym(library, name));
}

}  // namespace

Result<void> load_curl() {
  if (loaded().library == nullptr) {
    return fail(Code::unsupported,
                fmt::format("network: libcurl cannot be loaded: {}", loaded().problem));
  }
  if (find<decltype(curl_multi_poll)>("curl_multi_poll") == nullptr ||
      find<decltype(curl_url_strerror)>("curl_url_strerror") == nullptr) {
    return fail(Code::unsupported, "network: libcurl is older than 7.80");
  }
  return {};
}

}  // namespace bulkhead::net

// The functions that the room calls, each handing its call on. `failed` is what it gives where the
// library has no such function. NOLINTBEGIN: names and shapes are curl's.
#define BH_CURL(result, name, failed, parameters, ...)                       \
  extern "C" result name parameters {                                        \
    static auto* const call = bulkhead::net::find<result parameters>(#name); \
    return call == nullptr ? failed : call(__VA_ARGS__);                     \
  }
#define BH_CURL_VOID(name, parameters, ...)                                \
  extern "C" void name parameters {                                        \
    static auto* const call = bulkhead::net::find<void parameters>(#name); \
    if (call != nullptr) call(__VA_ARGS__);                                \
  }

// curl 8 says that a part is taken from a constant.
#if LIBCURL_VERSION_NUM >= 0x080000
#define BH_CURL_READ_URL const CURLU
#else
#define BH_CURL_READ_URL CURLU
#endif

BH_CURL(CURLcode, curl_global_init, CURLE_FAILED_INIT, (long flags), flags)
BH_CURL(CURL*, curl_easy_init, nullptr, (), )
BH_CURL_VOID(curl_easy_cleanup, (CURL * handle), handle)
BH_CURL(CURLcode, curl_easy_pause, CURLE_FAILED_INIT, (CURL * handle, int mask), handle, mask)
BH_CURL(const char*, curl_easy_strerror, "no libcurl", (CURLcode code), code)
BH_CURL_VOID(curl_free, (void* memory), memory)
BH_CURL(time_t, curl_getdate, -1, (const char* text, const time_t* unused), text, unused)
BH_CURL(CURLM*, curl_multi_init, nullptr, (), )
BH_CURL(CURLMcode, curl_multi_cleanup, CURLM_INTERNAL_ERROR, (CURLM * multi), multi)
BH_CURL(CURLMcode, curl_multi_add_handle, CURLM_INTERNAL_ERROR, (CURLM * multi, CURL* handle),
        multi, handle)
BH_CURL(CURLMcode, curl_multi_remove_handle, CURLM_INTERNAL_ERROR, (CURLM * multi, CURL* handle),
        multi, handle)
BH_CURL(CURLMsg*, curl_multi_info_read, nullptr, (CURLM * multi, int* left), multi, left)
BH_CURL(CURLMcode, curl_multi_perform, CURLM_INTERNAL_ERROR, (CURLM * multi, int* running), multi,
        running)
BH_CURL(CURLMcode, curl_multi_poll, CURLM_INTERNAL_ERROR,
        (CURLM * multi, curl_waitfd* extra, unsigned count, int milliseconds, int* ready), multi,
        extra, count, milliseconds, ready)
BH_CURL(CURLMcode, curl_multi_wakeup, CURLM_INTERNAL_ERROR, (CURLM * multi), multi)
BH_CURL(curl_slist*, curl_slist_append, nullptr, (curl_slist * list, const char* text), list, text)
BH_CURL_VOID(curl_slist_free_all, (curl_slist * list), list)
BH_CURL(CURLU*, curl_url, nullptr, (), )
BH_CURL_VOID(curl_url_cleanup, (CURLU * url), url)
BH_CURL(CURLUcode, curl_url_get, CURLUE_BAD_HANDLE,
        (BH_CURL_READ_URL * url, CURLUPart part, char** text, unsigned flags), url, part, text,
        flags)
BH_CURL(CURLUcode, curl_url_set, CURLUE_BAD_HANDLE,
        (CURLU * url, CURLUPart part, const char* text, unsigned flags), url, part, text, flags)
BH_CURL(const char*, curl_url_strerror, "no libcurl", (CURLUcode code), code)

// A number, a pointer to something or to a function: each fills one register-sized argument.
static_assert(sizeof(long) == sizeof(void*) && sizeof(curl_off_t) == sizeof(void*));

extern "C" CURLcode curl_easy_setopt(CURL* handle, CURLoption option, ...) {
  static auto* const call =
      bulkhead::net::find<CURLcode(CURL*, CURLoption, ...)>("curl_easy_setopt");
  if (call == nullptr) return CURLE_FAILED_INIT;
  std::va_list arguments;
  va_start(arguments, option);
  void* const value = va_arg(arguments, void*);
  va_end(arguments);
  return call(handle, option, value);
}

extern "C" CURLcode curl_easy_getinfo(CURL* handle, CURLINFO info, ...) {
  static auto* const call =
      bulkhead::net::find<CURLcode(CURL*, CURLINFO, ...)>("curl_easy_getinfo");
  if (call == nullptr) return CURLE_FAILED_INIT;
  std::va_list arguments;
  va_start(arguments, info);
  void* const out = va_arg(arguments, void*);
  va_end(arguments);
  return call(handle, info, out);
}
// NOLINTEND
