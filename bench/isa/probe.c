// Compiles one compute shader with the Vulkan driver it finds, and prints what the driver says of it: who it is, its
// statistics, and the machine code. Nothing is run, so that RADV's device without hardware (RADV_FORCE_FAMILY) will do.
//
//   probe FILE ENTRY BINDINGS ROBUST     FILE is SPIR-V; ROBUST is 0, 1 or 2, of robustBufferAccess
//
// BINDINGS has a letter for each: u is a uniform block, s storage; / stands between two groups.
// https://registry.khronos.org/vulkan/specs/latest/man/html/VK_KHR_pipeline_executable_properties.html
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <vulkan/vulkan.h>

static void check(VkResult result, const char *what) {
  if (result >= 0) return;
  fprintf(stderr, "%s: VkResult %d\n", what, result);
  exit(1);
}

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count ? count : 1, size);
  if (memory == NULL) exit(1);
  return memory;
}

static uint32_t *read_words(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
    perror(path);
    exit(1);
  }
  *bytes = (size_t)ftell(file);
  rewind(file);
  uint32_t *words = allocate(*bytes, 1);
  if (fread(words, 1, *bytes, file) != *bytes) exit(1);
  fclose(file);
  return words;
}

static VkPhysicalDevice first_device(void) {
  VkApplicationInfo application = {VK_STRUCTURE_TYPE_APPLICATION_INFO, .apiVersion = VK_API_VERSION_1_3};
  VkInstanceCreateInfo wanted = {VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pApplicationInfo = &application};
  VkInstance instance;
  check(vkCreateInstance(&wanted, NULL, &instance), "vkCreateInstance");
  uint32_t count = 1;
  VkPhysicalDevice found = VK_NULL_HANDLE;
  check(vkEnumeratePhysicalDevices(instance, &count, &found), "vkEnumeratePhysicalDevices");
  if (count == 0) {
    fprintf(stderr, "the driver has no such device\n");
    exit(1);
  }
  VkPhysicalDeviceDriverProperties driver = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
  VkPhysicalDeviceProperties2 properties = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &driver};
  vkGetPhysicalDeviceProperties2(found, &properties);
  printf("device %s\ndriver %s\n", properties.properties.deviceName, driver.driverInfo);
  return found;
}

/** With what Dawn asks for, as far as compute shaders make use of it. */
static VkDevice open_device(VkPhysicalDevice from, int robust) {
  VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR told = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PIPELINE_EXECUTABLE_PROPERTIES_FEATURES_KHR, .pipelineExecutableInfo = VK_TRUE};
  VkPhysicalDeviceVulkan13Features core13 = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES, .pNext = &told,
      .subgroupSizeControl = VK_TRUE, .computeFullSubgroups = VK_TRUE, .shaderZeroInitializeWorkgroupMemory = VK_TRUE,
      .shaderDemoteToHelperInvocation = VK_TRUE, .shaderIntegerDotProduct = VK_TRUE};
  VkPhysicalDeviceVulkan12Features core12 = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, .pNext = &core13,
      .shaderFloat16 = VK_TRUE, .vulkanMemoryModel = VK_TRUE, .vulkanMemoryModelDeviceScope = VK_TRUE};
  VkPhysicalDeviceVulkan11Features core11 = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, .pNext = &core12,
      .storageBuffer16BitAccess = VK_TRUE};
  float priority = 1;
  VkDeviceQueueCreateInfo queue = {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, .queueCount = 1, .pQueuePriorities = &priority};
  VkPhysicalDeviceRobustness2FeaturesEXT second = {VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ROBUSTNESS_2_FEATURES_EXT,
      .pNext = &core11, .robustBufferAccess2 = robust > 1 ? VK_TRUE : VK_FALSE};
  const char *extensions[] = {VK_KHR_PIPELINE_EXECUTABLE_PROPERTIES_EXTENSION_NAME, VK_EXT_ROBUSTNESS_2_EXTENSION_NAME};
  VkPhysicalDeviceFeatures features = {.robustBufferAccess = robust ? VK_TRUE : VK_FALSE};
  VkDeviceCreateInfo wanted = {VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, .pNext = &second, .queueCreateInfoCount = 1,
      .pQueueCreateInfos = &queue, .enabledExtensionCount = 2, .ppEnabledExtensionNames = extensions,
      .pEnabledFeatures = &features};
  VkDevice device;
  check(vkCreateDevice(from, &wanted, NULL, &device), "vkCreateDevice");
  return device;
}

static VkDescriptorSetLayout group_of(VkDevice device, const char *kinds, uint32_t count) {
  VkDescriptorSetLayoutBinding *bindings = allocate(count, sizeof *bindings);
  for (uint32_t i = 0; i < count; i++) {
    bindings[i] = (VkDescriptorSetLayoutBinding){i,
        kinds[i] == 'u' ? VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER_DYNAMIC : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1,
        VK_SHADER_STAGE_COMPUTE_BIT, NULL};
  }
  VkDescriptorSetLayoutCreateInfo wanted = {VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO, .bindingCount = count,
      .pBindings = bindings};
  VkDescriptorSetLayout group;
  check(vkCreateDescriptorSetLayout(device, &wanted, NULL, &group), "vkCreateDescriptorSetLayout");
  return group;
}

/** WebGPU has four groups at most. */
enum { GROUPS = 4 };

static VkPipelineLayout layout_of(VkDevice device, const char *kinds) {
  VkDescriptorSetLayout groups[GROUPS];
  uint32_t count = 0;
  for (; count < GROUPS; kinds++) {
    uint32_t length = (uint32_t)strcspn(kinds, "/");
    groups[count++] = group_of(device, kinds, length);
    kinds += length;
    if (*kinds == 0) break;
  }
  // Dawn hands lengths of buffers over in push constants.
  VkPushConstantRange constants = {VK_SHADER_STAGE_COMPUTE_BIT, 0, 128};
  VkPipelineLayoutCreateInfo wanted = {VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO, .setLayoutCount = count,
      .pSetLayouts = groups, .pushConstantRangeCount = 1, .pPushConstantRanges = &constants};
  VkPipelineLayout layout;
  check(vkCreatePipelineLayout(device, &wanted, NULL, &layout), "vkCreatePipelineLayout");
  return layout;
}

static VkShaderModule module_of(VkDevice device, const char *path) {
  size_t bytes;
  uint32_t *words = read_words(path, &bytes);
  VkShaderModuleCreateInfo code = {VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, .codeSize = bytes, .pCode = words};
  VkShaderModule module;
  check(vkCreateShaderModule(device, &code, NULL, &module), "vkCreateShaderModule");
  return module;
}

static VkPipeline compile(VkDevice device, VkShaderModule module, const char *entry, VkPipelineLayout layout,
                          VkPipelineCreateFlags flags) {
  VkComputePipelineCreateInfo wanted = {VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO, .flags = flags,
      .stage = {VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO, .stage = VK_SHADER_STAGE_COMPUTE_BIT,
          .module = module, .pName = entry},
      .layout = layout};
  VkPipeline pipeline;
  check(vkCreateComputePipelines(device, VK_NULL_HANDLE, 1, &wanted, NULL, &pipeline), "vkCreateComputePipelines");
  return pipeline;
}

/** Microseconds of the processor in this thread, which is where the driver compiles. */
static long long now(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) exit(1);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

enum { RUNS = 3 };

/** The shortest of a few: the first also finds everything cold. Nothing is kept for people to look at, which takes longer. */
static void print_time(VkDevice device, VkShaderModule module, const char *entry, VkPipelineLayout layout) {
  long long best = 0;
  for (int run = 0; run < RUNS; run++) {
    long long start = now();
    VkPipeline pipeline = compile(device, module, entry, layout, 0);
    long long took = now() - start;
    if (run == 0 || took < best) best = took;
    vkDestroyPipeline(device, pipeline, NULL);
  }
  printf("statistic Compile time = %lld\n", best);
}

static void print_statistics(VkDevice device, const VkPipelineExecutableInfoKHR *of) {
  PFN_vkGetPipelineExecutableStatisticsKHR get = (PFN_vkGetPipelineExecutableStatisticsKHR)(void *)
      vkGetDeviceProcAddr(device, "vkGetPipelineExecutableStatisticsKHR");
  uint32_t count = 0;
  check(get(device, of, &count, NULL), "vkGetPipelineExecutableStatisticsKHR");
  VkPipelineExecutableStatisticKHR *all = allocate(count, sizeof *all);
  for (uint32_t i = 0; i < count; i++) all[i].sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_STATISTIC_KHR;
  check(get(device, of, &count, all), "vkGetPipelineExecutableStatisticsKHR");
  for (uint32_t i = 0; i < count; i++) {
    if (all[i].format != VK_PIPELINE_EXECUTABLE_STATISTIC_FORMAT_UINT64_KHR) continue;
    printf("statistic %s = %llu\n", all[i].name, (unsigned long long)all[i].value.u64);
  }
}

static void print_assembly(VkDevice device, const VkPipelineExecutableInfoKHR *of) {
  PFN_vkGetPipelineExecutableInternalRepresentationsKHR get = (PFN_vkGetPipelineExecutableInternalRepresentationsKHR)(void *)
      vkGetDeviceProcAddr(device, "vkGetPipelineExecutableInternalRepresentationsKHR");
  uint32_t count = 0;
  check(get(device, of, &count, NULL), "vkGetPipelineExecutableInternalRepresentationsKHR");
  VkPipelineExecutableInternalRepresentationKHR *all = allocate(count, sizeof *all);
  for (uint32_t i = 0; i < count; i++) all[i].sType = VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INTERNAL_REPRESENTATION_KHR;
  check(get(device, of, &count, all), "vkGetPipelineExecutableInternalRepresentationsKHR");
  // Lengths are known now; the second time they are filled.
  for (uint32_t i = 0; i < count; i++) all[i].pData = allocate(all[i].dataSize + 1, 1);
  check(get(device, of, &count, all), "vkGetPipelineExecutableInternalRepresentationsKHR");
  for (uint32_t i = 0; i < count; i++) {
    if (all[i].isText && strcmp(all[i].name, "Assembly") == 0) printf("assembly\n%s\n", (const char *)all[i].pData);
  }
}

static void print_subgroup(VkDevice device, VkPipeline pipeline) {
  PFN_vkGetPipelineExecutablePropertiesKHR get = (PFN_vkGetPipelineExecutablePropertiesKHR)(void *)
      vkGetDeviceProcAddr(device, "vkGetPipelineExecutablePropertiesKHR");
  VkPipelineInfoKHR of = {VK_STRUCTURE_TYPE_PIPELINE_INFO_KHR, .pipeline = pipeline};
  // A compute pipeline is one executable.
  uint32_t count = 1;
  VkPipelineExecutablePropertiesKHR told = {VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_PROPERTIES_KHR};
  check(get(device, &of, &count, &told), "vkGetPipelineExecutablePropertiesKHR");
  printf("statistic Subgroup size = %u\n", told.subgroupSize);
}

int main(int count, char **words) {
  if (count != 5) {
    fprintf(stderr, "probe FILE ENTRY BINDINGS ROBUST\n");
    return 2;
  }
  const char *entry = words[2];
  VkDevice device = open_device(first_device(), atoi(words[4]));
  VkPipelineLayout layout = layout_of(device, words[3]);
  VkShaderModule module = module_of(device, words[1]);
  print_time(device, module, entry, layout);
  VkPipeline pipeline = compile(device, module, entry, layout,
      VK_PIPELINE_CREATE_CAPTURE_STATISTICS_BIT_KHR | VK_PIPELINE_CREATE_CAPTURE_INTERNAL_REPRESENTATIONS_BIT_KHR);
  print_subgroup(device, pipeline);
  VkPipelineExecutableInfoKHR executable = {VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INFO_KHR, .pipeline = pipeline};
  print_statistics(device, &executable);
  print_assembly(device, &executable);
  return 0;
}
