"""Videos of synthetic faces, what is true of their frames, and folders of many."""
