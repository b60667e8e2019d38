// A Vulkan driver in front of RADV's device without hardware, so that Dawn can open that too: RADV compiles, and all that is to
// run does nothing, where RADV itself would crash. How long each pipeline took to compile is printed on stderr. The macro
// DRIVER is RADV's library.
//
// https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <vulkan/vulkan.h>
#include <vulkan/vk_icd.h>

typedef PFN_vkVoidFunction (*ByName)(VkInstance, const char *);

static ByName instance_function, physical_device_function;
static PFN_vkNegotiateLoaderICDInterfaceVersion negotiate;
static PFN_vkGetDeviceProcAddr device_function;
static PFN_vkCreateComputePipelines compile;

static int load(void) {
  if (negotiate != NULL) return 1;
  void *driver = dlopen(DRIVER, RTLD_NOW | RTLD_LOCAL);
  if (driver == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 0;
  }
  instance_function = (ByName)dlsym(driver, "vk_icdGetInstanceProcAddr");
  physical_device_function = (ByName)dlsym(driver, "vk_icdGetPhysicalDeviceProcAddr");
  negotiate = (PFN_vkNegotiateLoaderICDInterfaceVersion)dlsym(driver, "vk_icdNegotiateLoaderICDInterfaceVersion");
  return instance_function != NULL && physical_device_function != NULL && negotiate != NULL;
}

/** In the place of functions of any arguments: with the calling conventions of Linux they need not be looked at. */
static VkResult nothing(void) { return VK_SUCCESS; }

static int is_run(const char *name) {
  static const char *const names[] = {"vkBeginCommandBuffer", "vkEndCommandBuffer", "vkQueueSubmit", "vkQueueSubmit2",
      "vkQueueSubmit2KHR", "vkQueueWaitIdle", "vkDeviceWaitIdle", "vkGetFenceStatus", "vkWaitForFences"};
  if (strncmp(name, "vkCmd", 5) == 0) return 1;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(name, names[i]) == 0) return 1;
  }
  return 0;
}

/** Microseconds of the processor in this thread, which is where RADV compiles. */
static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static VKAPI_ATTR VkResult VKAPI_CALL compile_timed(VkDevice device, VkPipelineCache cache, uint32_t count,
    const VkComputePipelineCreateInfo *wanted, const VkAllocationCallbacks *memory, VkPipeline *pipelines) {
  long long start = now();
  VkResult result = compile(device, cache, count, wanted, memory, pipelines);
  fprintf(stderr, "driver compiled %lld\n", now() - start);
  return result;
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL device_or_nothing(VkDevice device, const char *name) {
  PFN_vkVoidFunction found = device_function(device, name);
  if (found == NULL) return NULL;
  if (strcmp(name, "vkCreateComputePipelines") == 0) {
    compile = (PFN_vkCreateComputePipelines)found;
    return (PFN_vkVoidFunction)compile_timed;
  }
  return is_run(name) ? (PFN_vkVoidFunction)nothing : found;
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vk_icdGetInstanceProcAddr(VkInstance instance, const char *name) {
  if (!load()) return NULL;
  PFN_vkVoidFunction found = instance_function(instance, name);
  if (found == NULL || strcmp(name, "vkGetDeviceProcAddr") != 0) return found;
  device_function = (PFN_vkGetDeviceProcAddr)found;
  return (PFN_vkVoidFunction)device_or_nothing;
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vk_icdGetPhysicalDeviceProcAddr(VkInstance instance, const char *name) {
  return load() ? physical_device_function(instance, name) : NULL;
}

VKAPI_ATTR VkResult VKAPI_CALL vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
  return load() ? negotiate(version) : VK_ERROR_INITIALIZATION_FAILED;
}
