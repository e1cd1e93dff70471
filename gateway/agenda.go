package gateway

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Bounds of an agenda. What does not fit is not done: a receipt is lost then,
// never a message.
const (
	maxTasks   = 10_000
	maxWorkers = 8
)

// A task is done when it is due, and again as long as it asks for it.
type task struct {
	at time.Time
	do func(ctx context.Context) (again time.Duration, ok bool)
}

// An agenda does tasks in the order of their times, a few at once.
type agenda struct {
	wake chan struct{}

	mu    sync.Mutex
	tasks tasks
	held  int // waiting and running
}

func newAgenda() *agenda { return &agenda{wake: make(chan struct{}, 1)} }

// add plans a task; false when the agenda is full.
func (a *agenda) add(after time.Duration, do func(ctx context.Context) (time.Duration, bool)) bool {
	a.mu.Lock()
	if a.held >= maxTasks {
		a.mu.Unlock()
		return false
	}
	a.held++
	a.mu.Unlock()
	a.push(task{at: time.Now().Add(after), do: do})
	return true
}

func (a *agenda) push(t task) {
	a.mu.Lock()
	heap.Push(&a.tasks, t)
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// run does tasks until ctx ends, and returns when those under way have ended.
func (a *agenda) run(ctx context.Context) {
	var workers sync.WaitGroup
	defer workers.Wait()
	slots := make(chan struct{}, maxWorkers)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
		case <-timer.C:
		}
		for {
			t, wait, ok := a.pop(time.Now())
			if !ok {
				timer.Reset(wait)
				break
			}
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return
			}
			workers.Go(func() {
				defer func() { <-slots }()
				a.work(ctx, t)
			})
		}
	}
}

func (a *agenda) work(ctx context.Context, t task) {
	if again, ok := t.do(ctx); ok {
		t.at = time.Now().Add(again)
		a.push(t)
		return
	}
	a.mu.Lock()
	a.held--
	a.mu.Unlock()
}

// pop returns the first task that is due, or how long to wait for one.
func (a *agenda) pop(now time.Time) (task, time.Duration, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.tasks) == 0 {
		return task{}, time.Hour, false
	}
	if wait := a.tasks[0].at.Sub(now); wait > 0 {
		return task{}, wait, false
	}
	return heap.Pop(&a.tasks).(task), 0, true
}

// tasks is a heap by time.
type tasks []task

func (t tasks) Len() int           { return len(t) }
func (t tasks) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t tasks) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *tasks) Push(x any)        { *t = append(*t, x.(task)) }
func (t *tasks) Pop() any {
	old := *t
	last := old[len(old)-1]
	old[len(old)-1] = task{}
	*t = old[:len(old)-1]
	return last
}
