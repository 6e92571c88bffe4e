package watch

import "golang.org/x/sys/unix"

// eventlessFilesystems are those whose files may be changed by another
// machine, or by the host of this one, without this kernel knowing. The
// numbers are those of statfs(2); unix has no names for the last three.
var eventlessFilesystems = map[uint32]string{
	unix.NFS_SUPER_MAGIC:  "NFS",
	unix.SMB_SUPER_MAGIC:  "SMB",
	unix.CIFS_SUPER_MAGIC: "CIFS",
	unix.SMB2_SUPER_MAGIC: "SMB",
	unix.V9FS_MAGIC:       "9p, as are the Windows drives in WSL",
	unix.FUSE_SUPER_MAGIC: "FUSE",
	unix.AFS_SUPER_MAGIC:  "AFS",
	unix.CEPH_SUPER_MAGIC: "Ceph",
	0x786f4256:            "a shared folder of VirtualBox",
	0x7c7c6673:            "a shared folder of Parallels",
	0xbacbacbc:            "a shared folder of VMware",
}

// eventless says which of the directories is on a file system that tells
// nothing of changes, and what to do about it.
func eventless(dirs []string) string {
	for _, dir := range dirs {
		if !isDir(dir) {
			dir = nearest(dir)
		}
		var s unix.Statfs_t
		if unix.Statfs(dir, &s) != nil {
			continue
		}
		if name := eventlessFilesystems[uint32(s.Type)]; name != "" {
			return eventlessText(dir, name)
		}
	}
	return ""
}

func eventlessText(dir, filesystem string) string {
	return "The file system of " + dir + " (" + filesystem + ") doesn't tell of every change," +
		" so the files are looked at again and again instead." +
		" Keep them on a disk of this machine to see changes at once."
}
