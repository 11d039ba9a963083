package cases

import (
	"slices"

	"madoguchi/terms/fault"
)

// MaxFollowers is how many people of the desk can follow a case.
const MaxFollowers = 50

// Followed says that a person of the desk follows the case: they hear of it,
// and need not have it. Who wished so is the event's actor.
type Followed struct {
	Agent string `json:"agent"`
	Name  string `json:"name"`
}

// Type implements [Data].
func (Followed) Type() string { return "case.followed/1" }

// Unfollowed says that a person follows the case no longer.
type Unfollowed struct {
	Agent string `json:"agent"`
	Name  string `json:"name"`
}

// Type implements [Data].
func (Unfollowed) Type() string { return "case.unfollowed/1" }

// Follows reports whether a person of the desk follows the case.
func (c *Case) Follows(agent string) bool {
	return slices.ContainsFunc(c.Followers, func(f Followed) bool { return f.Agent == agent })
}

// Follow lets a person of the desk follow the case.
func (c *Case) Follow(agent, name string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	switch {
	case c.Follows(agent):
		return nil, fault.New(fault.Conflict, "既にこのケースをフォローしています。", "They follow this case already.").At("follower")
	case len(c.Followers) >= MaxFollowers:
		return nil, fault.New(fault.Conflict, "1 つのケースをフォローできるのは 50 人までです。", "50 people can follow a case at most.").At("follower")
	}
	return []Data{Followed{Agent: agent, Name: name}}, nil
}

// Unfollow ends that.
func (c *Case) Unfollow(agent string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(c.Followers, func(f Followed) bool { return f.Agent == agent })
	if i < 0 {
		return nil, fault.New(fault.Conflict, "このケースをフォローしていません。", "They do not follow this case.").At("follower")
	}
	return []Data{Unfollowed(c.Followers[i])}, nil
}

// carried are the facts by which who follows a case follows another one too.
func (c *Case) carried(into *Case) (facts []Data) {
	for _, f := range c.Followers {
		if !into.Follows(f.Agent) && len(into.Followers)+len(facts) < MaxFollowers {
			facts = append(facts, f)
		}
	}
	return facts
}

func (c *Case) applyFollow(d Data) {
	switch d := d.(type) {
	case Followed:
		if !c.Follows(d.Agent) {
			c.Followers = append(slices.Clip(c.Followers), d)
		}
	case Unfollowed:
		c.Followers = slices.DeleteFunc(slices.Clone(c.Followers), func(f Followed) bool { return f.Agent == d.Agent })
	}
}
