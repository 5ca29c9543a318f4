"""The tables of the SDKs, one to a module; each has ``SDK``."""
