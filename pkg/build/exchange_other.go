//go:build !linux && !darwin

package build

import "errors"

// exchange swaps two directories in one step, which this system can't.
func exchange(_, _ string) error { return errors.ErrUnsupported }
