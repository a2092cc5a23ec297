/** What one commit may hold. Each limit ends in an error that names it, never in a crash. */
export const FILE_BYTES_MAX = 1024 * 1024
export const APPLICATIONS_MAX = 5_000
export const FILES_PER_APPLICATION_MAX = 5_000
export const OBJECTS_PER_APPLICATION_MAX = 5_000
/** Directories below one application. */
export const DEPTH_MAX = 20
export const PROBLEMS_PER_APPLICATION_MAX = 50
/** Of all names of one application's objects together: its inventory must fit into one object of the API. */
export const INVENTORY_LENGTH_MAX = 400_000
/** Parsed files kept, by the size of their blobs. */
export const PARSED_CACHE_BYTES_MAX = 64 * 1024 * 1024
